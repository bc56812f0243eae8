// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Created, Output, Portion} from "./Goods.sol";

/// @title Lots into lots: processing, splitting, merging and packing
interface IMaking {
    /// @notice Lots were processed into lots of other forms; inputs - outputs is the loss.
    /// @param run the run's id
    /// @param holder the member that processed
    /// @param method how, as short text, such as "steaming"
    /// @param inputs what was used
    /// @param outputs the lots made
    /// @param happened when it was done
    /// @param account the operator that signed
    /// @param facts the parameters of the run, as JSON
    event Processed(
        bytes32 indexed run,
        bytes32 indexed holder,
        bytes32 indexed method,
        Portion[] inputs,
        Created[] outputs,
        uint64 happened,
        address account,
        string facts
    );

    /// @notice Parts of a lot became lots of their own; the rest stays with the lot.
    /// @param lot the lot divided
    /// @param holder the member that divided it
    /// @param parts the lots made
    /// @param happened when it was done
    /// @param account the operator that signed
    /// @param facts as JSON
    event Split(
        bytes32 indexed lot, bytes32 indexed holder, Created[] parts, uint64 happened, address account, string facts
    );

    /// @notice Portions of one form became one lot, which expires with the earliest of them.
    /// @param lot the lot made
    /// @param holder the member that merged
    /// @param portions what went in
    /// @param merged the lot made, in full
    /// @param happened when it was done
    /// @param account the operator that signed
    /// @param facts as JSON
    event Merged(
        bytes32 indexed lot,
        bytes32 indexed holder,
        Portion[] portions,
        Created merged,
        uint64 happened,
        address account,
        string facts
    );

    /// @notice A portion was packed into units for sale.
    /// @param lot the lot made
    /// @param holder the member that packed
    /// @param from the lot it was taken from
    /// @param packed the lot made, in full
    /// @param units how many units
    /// @param gtin the trade item's number, zero if none
    /// @param unitsRoot root of the Merkle tree over the units' codes, zero if none
    /// @param happened when it was done
    /// @param account the operator that signed
    /// @param facts the packing, as JSON
    event Packed(
        bytes32 indexed lot,
        bytes32 indexed holder,
        bytes32 indexed from,
        Created packed,
        uint32 units,
        uint64 gtin,
        bytes32 unitsRoot,
        uint64 happened,
        address account,
        string facts
    );

    /// @notice A part would expire later than the lot it is taken from.
    error ProvenanceOutlives(bytes32 lot, uint64 expires);
    /// @notice No yield leads from one form to the other.
    error ProvenanceNoYield(bytes32 from, bytes32 to);
    /// @notice More of a form is made than the inputs can become, or than the other outputs leave.
    error ProvenanceYieldExceeded(bytes32 form, uint256 capacity, uint128 asked);
    /// @notice More is made than was taken.
    error ProvenanceUnbalanced(uint256 taken, uint256 made);
    /// @notice A portion or part is of another form.
    error ProvenanceMixedForms(bytes32 expected, bytes32 given);

    /// @notice Process portions into new lots, within the yields; by a factory, pharmacy, hospital, clinic or grower.
    /// @param method how, as short text
    /// @param inputs what is used
    /// @param outputs the lots to make; inputs and outputs together are 32 at most
    /// @param happened when it was done
    /// @param facts the parameters of the run, as JSON
    /// @return run the run's id
    function process(
        bytes32 method,
        Portion[] calldata inputs,
        Output[] calldata outputs,
        uint64 happened,
        string calldata facts
    ) external returns (bytes32 run);

    /// @notice Make parts of a lot lots of their own, of the same form and expiring no later.
    /// @param lot the lot to divide
    /// @param parts the lots to make, 32 at most
    /// @param happened when it was done
    /// @param facts as JSON
    function split(bytes32 lot, Output[] calldata parts, uint64 happened, string calldata facts) external;

    /// @notice Make one lot of portions of one form; it expires with the earliest of them.
    /// @param portions what goes in, 32 portions at most
    /// @param ref the maker's number for the new lot
    /// @param happened when it was done
    /// @param facts as JSON
    /// @return lot the new lot's id
    function merge(Portion[] calldata portions, bytes32 ref, uint64 happened, string calldata facts)
        external
        returns (bytes32 lot);

    /// @notice Pack a portion into units for sale; by whoever may process, or a merchant. Form and expiry stay.
    /// @param portion what is packed
    /// @param ref the maker's number for the new lot
    /// @param units how many units
    /// @param gtin the trade item's number, zero if none
    /// @param unitsRoot root of the Merkle tree over the units' codes, zero if none
    /// @param happened when it was done
    /// @param facts the packing, as JSON
    /// @return lot the new lot's id
    function pack(
        Portion calldata portion,
        bytes32 ref,
        uint32 units,
        uint64 gtin,
        bytes32 unitsRoot,
        uint64 happened,
        string calldata facts
    ) external returns (bytes32 lot);
}
