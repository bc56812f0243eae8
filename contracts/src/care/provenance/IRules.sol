// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Quota} from "./Goods.sol";

/// @title What regulators and certifiers lay down: forms, yields and quotas
interface IRules {
    /// @notice A form of a species was declared; processing leads from lower to higher ranks only.
    /// @param form its short text, such as "renshen.fresh"
    /// @param rank its place in the order of forms
    /// @param by the member that declared it
    /// @param facts its names and the pharmacopoeia's place, as JSON
    event FormDeclared(bytes32 indexed form, uint16 rank, bytes32 indexed by, string facts);

    /// @notice The most that may become of a form was set.
    /// @param from the form that goes in
    /// @param to the form that comes out
    /// @param ppm most milligrams of `to` from a million milligrams of `from`; zero forbids the way
    /// @param auxiliaryPpm zero for a main input; otherwise most that this auxiliary adds to a million of main input
    /// @param by the member that set it
    event YieldSet(bytes32 indexed from, bytes32 indexed to, uint32 ppm, uint32 auxiliaryPpm, bytes32 by);

    /// @notice A grower was certified what a plot can bear in a season.
    /// @param quota the quota's id
    /// @param grower the member that may harvest
    /// @param form what it may harvest
    /// @param certifier the member that certified it
    /// @param ref the certifier's own number
    /// @param milligrams how much
    /// @param notAfter when the quota closes (Unix seconds)
    /// @param facts the plot, its outline and the estimate, as JSON
    event QuotaCertified(
        bytes32 indexed quota,
        bytes32 indexed grower,
        bytes32 indexed form,
        bytes32 certifier,
        bytes32 ref,
        uint128 milligrams,
        uint64 notAfter,
        string facts
    );

    /// @notice A quota was withdrawn; what was harvested on it before remains.
    /// @param quota the quota
    /// @param by the member that withdrew it
    /// @param facts the reason, as JSON
    event QuotaWithdrawn(bytes32 indexed quota, bytes32 indexed by, string facts);

    /// @notice There is no such form.
    error ProvenanceUnknownForm(bytes32 form);
    /// @notice The form is declared already; a rank never changes.
    error ProvenanceFormKnownAlready(bytes32 form);
    /// @notice The rank of `to` is not above that of `from`.
    error ProvenanceWrongOrder(bytes32 from, bytes32 to);
    /// @notice There is no such quota.
    error ProvenanceUnknownQuota(bytes32 quota);
    /// @notice The certifier has used this number before.
    error ProvenanceQuotaKnownAlready(bytes32 quota);
    /// @notice The quota was withdrawn or its time has passed.
    error ProvenanceQuotaClosed(bytes32 quota);

    /// @notice Declare a form; by a regulator or certifier.
    /// @param form its short text
    /// @param rank its place in the order of forms, one at least
    /// @param facts what it is, as JSON
    function declareForm(bytes32 form, uint16 rank, string calldata facts) external;

    /// @notice Set the most that may become of a form; by a regulator or certifier. No more than a million ppm.
    /// @param from the form that goes in
    /// @param to the form that comes out, of a higher rank
    /// @param ppm most milligrams of `to` from a million of `from`; zero forbids the way
    /// @param auxiliaryPpm zero for a main input; otherwise most that this auxiliary adds to a million of main input
    function setYield(bytes32 from, bytes32 to, uint32 ppm, uint32 auxiliaryPpm) external;

    /// @notice Certify what an active grower may harvest; by a regulator or certifier.
    /// @param ref the certifier's own number
    /// @param grower the member that may harvest
    /// @param form what it may harvest
    /// @param milligrams how much
    /// @param notAfter when the quota closes (Unix seconds)
    /// @param facts the plot, its outline and the estimate, as JSON
    /// @return quota the quota's id
    function certifyQuota(
        bytes32 ref,
        bytes32 grower,
        bytes32 form,
        uint128 milligrams,
        uint64 notAfter,
        string calldata facts
    ) external returns (bytes32 quota);

    /// @notice Withdraw a quota; by the member that certified it or by a regulator.
    /// @param quota the quota
    /// @param facts the reason, as JSON
    function withdrawQuota(bytes32 quota, string calldata facts) external;

    /// @notice The quota that a certifier's own number names.
    function quotaId(bytes32 certifier, bytes32 ref) external pure returns (bytes32);

    /// @notice A quota's record; its grower is zero when the quota is unknown.
    function quotaById(bytes32 quota) external view returns (Quota memory);

    /// @notice A form's rank, zero when the form is unknown.
    function rankOf(bytes32 form) external view returns (uint16);

    /// @notice The most that may become of a form; ppm is zero when no way leads there.
    function yieldOf(bytes32 from, bytes32 to) external view returns (uint32 ppm, uint32 auxiliaryPpm);
}
