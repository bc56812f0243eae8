// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Bond, Case, History, Tariff} from "./guarantees/Pledges.sol";

/// @title Guarantees: what a grower pays and pledges for its harvest, and who gets it when the harvest is bad
/// @notice A lab accuses a lot, a regulator confirms, and the lot's bond becomes a pot. Who holds frozen milligrams of
/// the recall that began with the lot, or has dispensed them, claims; the grower and its related parties do not. `facts`
/// is a JSON object of at most 4096 bytes.
interface IGuarantees {
    /// @notice A tariff holds for the lots entered from now on.
    /// @param by the regulator
    /// @param tariff what an entry costs and what stands behind it
    /// @param account the operator that signed
    /// @param facts the reason, as JSON
    event TariffSet(bytes32 indexed by, Tariff tariff, address account, string facts);

    /// @notice A fee was paid and a bond locked for a new lot.
    /// @param lot the lot
    /// @param grower the member that entered it
    /// @param milligrams how much was entered
    /// @param fee paid to the fund
    /// @param amount locked
    /// @param until when it may be returned
    event Posted(
        bytes32 indexed lot, bytes32 indexed grower, uint128 milligrams, uint96 fee, uint96 amount, uint64 until
    );

    /// @notice A bond went back to the grower.
    /// @param lot the lot
    /// @param grower the grower
    /// @param amount what went back
    event Returned(bytes32 indexed lot, bytes32 indexed grower, uint96 amount);

    /// @notice A lab holds something against a lot.
    /// @param id the case
    /// @param lot the lot
    /// @param lab the lab
    /// @param findings SHA-256 of its report
    /// @param until when it lapses undecided
    /// @param account the operator that signed
    /// @param facts as JSON
    event Accused(
        bytes32 indexed id,
        bytes32 indexed lot,
        bytes32 indexed lab,
        bytes32 findings,
        uint64 until,
        address account,
        string facts
    );

    /// @notice A regulator found for the grower.
    /// @param id the case
    /// @param lot the lot
    /// @param regulator the regulator
    /// @param account the operator that signed
    /// @param facts the reason, as JSON
    event Dismissed(bytes32 indexed id, bytes32 indexed lot, bytes32 indexed regulator, address account, string facts);

    /// @notice No regulator decided in time.
    /// @param id the case
    /// @param lot the lot
    event Lapsed(bytes32 indexed id, bytes32 indexed lot);

    /// @notice A regulator found against the grower; the bond is a pot.
    /// @param id the case
    /// @param lot the lot
    /// @param regulator the regulator
    /// @param recall the recall whose frozen lots may be claimed for
    /// @param grower the grower
    /// @param pot the points in the pot
    /// @param until when claims end
    /// @param account the operator that signed
    /// @param facts the reason, as JSON
    event Confirmed(
        bytes32 indexed id,
        bytes32 indexed lot,
        bytes32 indexed regulator,
        bytes32 recall,
        bytes32 grower,
        uint96 pot,
        uint64 until,
        address account,
        string facts
    );

    /// @notice A member claims for what it holds and has dispensed of a frozen lot.
    /// @param id the case
    /// @param member the member
    /// @param lot the frozen lot
    /// @param milligrams how much it claims for
    /// @param account the operator that signed
    event Claimed(bytes32 indexed id, bytes32 indexed member, bytes32 indexed lot, uint128 milligrams, address account);

    /// @notice The claim of a related party was struck out.
    /// @param id the case
    /// @param member the member
    /// @param milligrams how much it had claimed for
    /// @param amount its share, which went to the fund; zero while shares are not fixed
    event Struck(bytes32 indexed id, bytes32 indexed member, uint128 milligrams, uint128 amount);

    /// @notice A case's shares are fixed.
    /// @param id the case
    /// @param lot the lot
    /// @param weight milligrams claimed for
    /// @param due what would compensate them in full
    /// @param pot what there is for them
    /// @param fromFund what the fund added
    /// @param toFund what the pot left to the fund
    event Settled(
        bytes32 indexed id,
        bytes32 indexed lot,
        uint128 weight,
        uint256 due,
        uint128 pot,
        uint256 fromFund,
        uint256 toFund
    );

    /// @notice A member has its share.
    /// @param id the case
    /// @param member the member
    /// @param milligrams what it had claimed for
    /// @param amount its share
    event Collected(bytes32 indexed id, bytes32 indexed member, uint128 milligrams, uint128 amount);

    /// @notice A regulator says whether two members are related parties.
    /// @param a one
    /// @param b the other
    /// @param related whether they are
    /// @param by the regulator
    /// @param account the operator that signed
    /// @param facts the reason, as JSON
    event Related(
        bytes32 indexed a, bytes32 indexed b, bool related, bytes32 indexed by, address account, string facts
    );

    /// @notice Only the contract Provenance in force may do this.
    error GuaranteesNotProvenance(address caller);
    /// @notice The member is not of the kind that may do this.
    error GuaranteesWrongKind(bytes32 member);
    /// @notice The tariff makes no sense.
    error GuaranteesTariffInvalid();
    /// @notice The lot has no bond that is locked.
    error GuaranteesNotLocked(bytes32 lot);
    /// @notice The bond stays locked for longer.
    error GuaranteesTooEarly(uint64 until);
    /// @notice This lab has accused the lot before.
    error GuaranteesAccusedAlready(bytes32 lot, bytes32 lab);
    /// @notice The case is unknown, or does not stand so that this may be done.
    error GuaranteesWrongCase(bytes32 id);
    /// @notice The time for this is over.
    error GuaranteesTooLate(uint64 until);
    /// @notice The recall did not begin with the lot, does not hold it, or is the grower's own.
    error GuaranteesWrongRecall(bytes32 recall, bytes32 lot);
    /// @notice The recall does not hold the lot.
    error GuaranteesNotFrozen(bytes32 recall, bytes32 lot);
    /// @notice The member is the grower or related to it.
    error GuaranteesRelated(bytes32 member, bytes32 grower);
    /// @notice The member is not related to the grower.
    error GuaranteesUnrelated(bytes32 member, bytes32 grower);
    /// @notice There is nothing to claim, collect, strike or relate.
    error GuaranteesNothing();
    /// @notice The facts are longer than they may be.
    error GuaranteesFactsTooLong(uint256 most, uint256 given);

    /// @notice Collect the fee for an entry and lock the bond for its lot; by Provenance only. Free while no tariff is
    /// set.
    /// @param lot the lot entered
    /// @param grower the member that entered it
    /// @param milligrams how much
    function post(bytes32 lot, bytes32 grower, uint128 milligrams) external;

    /// @notice Set what an entry costs and what stands behind it, for later lots; by a regulator.
    /// @param tariff the tariff
    /// @param facts the reason, as JSON
    function setTariff(Tariff calldata tariff, string calldata facts) external;

    /// @notice Say whether two members are related parties; by a regulator that is neither.
    /// @param a one
    /// @param b the other
    /// @param related whether they are
    /// @param facts the reason, as JSON
    function relate(bytes32 a, bytes32 b, bool related, string calldata facts) external;

    /// @notice Return a bond to its grower when its term is over and no case is open; anybody may call it.
    /// @param lot the lot
    function release(bytes32 lot) external;

    /// @notice Hold something against a lot; by a lab, once a lot.
    /// @param lot the lot
    /// @param findings SHA-256 of the report
    /// @param facts as JSON
    /// @return id the case
    function accuse(bytes32 lot, bytes32 findings, string calldata facts) external returns (bytes32 id);

    /// @notice Find for the grower; by a regulator not related to it.
    /// @param id the case
    /// @param facts the reason, as JSON
    function dismiss(bytes32 id, string calldata facts) external;

    /// @notice End a case that no regulator has decided in time; anybody may call it.
    /// @param id the case
    function lapse(bytes32 id) external;

    /// @notice Find against the grower; by a regulator not related to it.
    /// @param id the case
    /// @param recall a recall, opened by a regulator, that began with the lot and holds it
    /// @param facts the reason, as JSON
    function confirm(bytes32 id, bytes32 recall, string calldata facts) external;

    /// @notice Claim for what the caller's member holds and has dispensed of a frozen lot; a milligram counts once.
    /// @param id the case
    /// @param lot a lot that the case's recall holds
    function claim(bytes32 id, bytes32 lot) external;

    /// @notice Strike out the claim of a related party; anybody may call it. Once shares are fixed, its share goes to the
    /// fund.
    /// @param id the case
    /// @param member the member
    function strike(bytes32 id, bytes32 member) external;

    /// @notice Fix the shares when claims have ended; anybody may call it. The pot pays first; the fund adds what is
    /// missing as far as it goes; what the pot leaves goes to the fund.
    /// @param id the case
    function settle(bytes32 id) external;

    /// @notice Put the share of the caller's member into its purse; the last share takes what rounding left.
    /// @param id the case
    function collect(bytes32 id) external;

    /// @notice The tariff for lots entered now; its term is zero while none is set.
    function tariff() external view returns (Tariff memory);

    /// @notice A lot's bond.
    function bondOf(bytes32 lot) external view returns (Bond memory);

    /// @notice A case's record.
    function caseById(bytes32 id) external view returns (Case memory);

    /// @notice What a member claimed for in a case and has not collected, in milligrams.
    function claimOf(bytes32 id, bytes32 member) external view returns (uint128);

    /// @notice A grower's history.
    function historyOf(bytes32 grower) external view returns (History memory);

    /// @notice Whether two members are related parties.
    function relatedTo(bytes32 a, bytes32 b) external view returns (bool);

    /// @notice What a grower would have to lock for a lot now: every five lots returned since its last verdict lower
    /// it by a tenth, to half at least.
    function bondFor(bytes32 grower, uint128 milligrams) external view returns (uint96);
}
