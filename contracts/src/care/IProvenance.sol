// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Observation, Portion, Reason} from "./provenance/Goods.sol";
import {ILotLedger} from "./provenance/ILotLedger.sol";
import {IMaking} from "./provenance/IMaking.sol";
import {IRecalls} from "./provenance/IRecalls.sol";
import {IRules} from "./provenance/IRules.sol";
import {IShipping} from "./provenance/IShipping.sol";

/// @title Provenance: lots as milligrams held by members
/// @notice No sequence of calls makes more than was commissioned. Every step is signed by an operator of the member
/// that acts. `happened` is the moment of the deed (Unix seconds, not later than a day after the block), `facts` a JSON
/// object of at most 4096 bytes with what the step states beyond its numbers.
interface IProvenance is IShipping, IMaking, IRecalls, IRules, ILotLedger {
    /// @notice A harvest became a lot.
    /// @param lot the lot made
    /// @param holder the grower
    /// @param quota the quota it was drawn from
    /// @param form what was harvested
    /// @param ref the grower's own lot number
    /// @param milligrams how much
    /// @param expires when it expires, zero for never
    /// @param happened when it was harvested
    /// @param account the operator that signed
    /// @param facts the harvest, as JSON
    event Commissioned(
        bytes32 indexed lot,
        bytes32 indexed holder,
        bytes32 indexed quota,
        bytes32 form,
        bytes32 ref,
        uint128 milligrams,
        uint64 expires,
        uint64 happened,
        address account,
        string facts
    );

    /// @notice Something was seen or done that changes no quantity.
    /// @param subject a lot or, before the harvest, a quota
    /// @param observer the member that states it
    /// @param observation of what sort it is
    /// @param conforms whether what was found is as it should be
    /// @param happened when it was observed
    /// @param account the operator that signed
    /// @param facts what was found, as JSON
    event Observed(
        bytes32 indexed subject,
        bytes32 indexed observer,
        Observation indexed observation,
        bool conforms,
        uint64 happened,
        address account,
        string facts
    );

    /// @notice A quantity was dispensed to a patient.
    /// @param lot the lot
    /// @param holder the member that dispensed
    /// @param commitment a salted commitment; it says nothing of the patient
    /// @param milligrams how much
    /// @param happened when it was dispensed
    /// @param account the operator that signed
    /// @param facts as JSON
    event Dispensed(
        bytes32 indexed lot,
        bytes32 indexed holder,
        bytes32 indexed commitment,
        uint128 milligrams,
        uint64 happened,
        address account,
        string facts
    );

    /// @notice A quantity left the ledger.
    /// @param lot the lot
    /// @param holder the member that held it
    /// @param reason why
    /// @param milligrams how much
    /// @param happened when it was gone
    /// @param account the operator that signed
    /// @param facts as JSON
    event Retired(
        bytes32 indexed lot,
        bytes32 indexed holder,
        Reason indexed reason,
        uint128 milligrams,
        uint64 happened,
        address account,
        string facts
    );

    /// @notice The quota has less left than the harvest.
    error ProvenanceQuotaExceeded(bytes32 quota, uint128 left, uint128 asked);
    /// @notice The quota is another grower's.
    error ProvenanceNotQuotaGrower(bytes32 quota, bytes32 member);

    /// @notice Only a contract in force may ask this.
    error ProvenanceNotInForce(address account);

    /// @notice Make a lot of a harvest, drawn from the grower's own quota.
    /// @param quota the quota
    /// @param ref the grower's own lot number
    /// @param milligrams how much
    /// @param expires when it expires, zero for never
    /// @param happened when it was harvested
    /// @param facts the harvest, as JSON
    /// @return lot the new lot's id
    function commission(
        bytes32 quota,
        bytes32 ref,
        uint128 milligrams,
        uint64 expires,
        uint64 happened,
        string calldata facts
    ) external returns (bytes32 lot);

    /// @notice State what was observed of a lot or quota: an inspection by a lab, of any of them; field work and
    /// storage by whoever holds the lot or whose quota it is.
    /// @param subject the lot or quota
    /// @param observation of what sort it is
    /// @param conforms whether what was found is as it should be
    /// @param happened when it was observed
    /// @param facts what was found, as JSON
    function observe(bytes32 subject, Observation observation, bool conforms, uint64 happened, string calldata facts)
        external;

    /// @notice Dispense a portion to a patient; by a hospital, clinic or pharmacy. The lot has not expired.
    /// @param portion what is dispensed
    /// @param commitment a salted commitment; it says nothing of the patient
    /// @param happened when it was dispensed
    /// @param facts as JSON
    function dispense(Portion calldata portion, bytes32 commitment, uint64 happened, string calldata facts) external;

    /// @notice Dispense what a prescription allows, for the account that fulfils it; by the contract Prescriptions only.
    /// @param account the operator of the hospital, clinic or pharmacy that dispenses
    /// @param portions what is dispensed
    /// @param commitment a salted commitment; it says nothing of the patient
    /// @param happened when it was dispensed
    /// @param facts as JSON
    function dispenseFor(
        address account,
        Portion[] calldata portions,
        bytes32 commitment,
        uint64 happened,
        string calldata facts
    ) external;

    /// @notice Take a portion off the ledger; by its holder, also when the lot has expired.
    /// @param portion what is gone
    /// @param reason why
    /// @param happened when it was gone
    /// @param facts as JSON
    function retire(Portion calldata portion, Reason reason, uint64 happened, string calldata facts) external;
}
