// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice A quantity of a lot.
struct Portion {
    bytes32 lot;
    uint128 milligrams;
}

/// @notice A lot that a step is to make. `ref` is the maker's own lot number, as short text.
struct Output {
    bytes32 ref;
    bytes32 form;
    uint128 milligrams;
    uint64 expires;
}

/// @notice A lot that a step has made.
struct Created {
    bytes32 lot;
    bytes32 ref;
    bytes32 form;
    uint128 milligrams;
    uint64 expires;
}

/// @notice What was observed.
enum Observation {
    FieldWork,
    Inspection,
    Storage
}

/// @notice Why a quantity leaves the ledger.
enum Reason {
    Sampling,
    Spoilage,
    Loss
}

/// @notice A lot. made = held by all + in transit + used + dispensed + retired, always.
struct Lot {
    bytes32 form;
    bytes32 maker;
    uint128 made;
    uint64 expires;
}

/// @notice A certified quota: plot × species × season.
struct Quota {
    bytes32 grower;
    bytes32 form;
    uint128 left;
    uint64 notAfter;
    bool withdrawn;
}

/// @notice How a shipment stands.
enum ShipmentState {
    None,
    Underway,
    Received,
    Refused,
    Cancelled
}

/// @title Provenance: lots as milligrams held by members
/// @notice No sequence of calls makes more than was commissioned. Every step is signed by an operator of the member
/// that acts. `happened` is the moment of the deed (Unix seconds, not later than a day after the block), `facts` a JSON
/// object of at most 4096 bytes with what the step states beyond its numbers.
interface IProvenance {
    event FormDeclared(bytes32 indexed form, uint16 rank, bytes32 indexed by, string facts);
    event YieldSet(bytes32 indexed from, bytes32 indexed to, uint32 ppm, uint32 auxiliaryPpm, bytes32 by);
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
    event QuotaWithdrawn(bytes32 indexed quota, bytes32 indexed by, string facts);
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
    /// @dev subject is a lot or, before the harvest, a quota
    event Observed(
        bytes32 indexed subject,
        bytes32 indexed observer,
        Observation indexed observation,
        bool conforms,
        uint64 happened,
        address account,
        string facts
    );
    /// @dev terms is a salted commitment to the price and conditions of the sale, zero if none
    event Shipped(
        bytes32 indexed shipment,
        bytes32 indexed from,
        bytes32 indexed to,
        bytes32 ref,
        Portion[] portions,
        bytes32 terms,
        uint64 happened,
        address account,
        string facts
    );
    /// @dev lost[i] = shipped - received of portion i
    event Received(
        bytes32 indexed shipment,
        bytes32 indexed from,
        bytes32 indexed to,
        Portion[] portions,
        uint128[] lost,
        uint64 happened,
        address account,
        string facts
    );
    event Refused(
        bytes32 indexed shipment,
        bytes32 indexed from,
        bytes32 indexed to,
        Portion[] portions,
        uint64 happened,
        address account,
        string facts
    );
    event Cancelled(
        bytes32 indexed shipment,
        bytes32 indexed from,
        bytes32 indexed to,
        Portion[] portions,
        uint64 happened,
        address account,
        string facts
    );
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
    event Split(
        bytes32 indexed lot, bytes32 indexed holder, Created[] parts, uint64 happened, address account, string facts
    );
    event Merged(
        bytes32 indexed lot,
        bytes32 indexed holder,
        Portion[] portions,
        Created merged,
        uint64 happened,
        address account,
        string facts
    );
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
    event Dispensed(
        bytes32 indexed lot,
        bytes32 indexed holder,
        bytes32 indexed commitment,
        uint128 milligrams,
        uint64 happened,
        address account,
        string facts
    );
    event Retired(
        bytes32 indexed lot,
        bytes32 indexed holder,
        Reason indexed reason,
        uint128 milligrams,
        uint64 happened,
        address account,
        string facts
    );

    error ProvenanceWrongKind(bytes32 member);
    error ProvenanceUnknownForm(bytes32 form);
    error ProvenanceFormKnownAlready(bytes32 form);
    error ProvenanceUnknownQuota(bytes32 quota);
    error ProvenanceQuotaKnownAlready(bytes32 quota);
    error ProvenanceQuotaClosed(bytes32 quota);
    error ProvenanceQuotaExceeded(bytes32 quota, uint128 left, uint128 asked);
    error ProvenanceNotQuotaGrower(bytes32 quota, bytes32 member);
    error ProvenanceUnknownLot(bytes32 lot);
    error ProvenanceLotKnownAlready(bytes32 lot);
    error ProvenanceExpired(bytes32 lot, uint64 expires);
    error ProvenanceOutlives(bytes32 lot, uint64 expires);
    error ProvenanceInsufficient(bytes32 lot, bytes32 holder, uint128 held, uint128 asked);
    error ProvenanceUnknownConsignee(bytes32 member);
    error ProvenanceShipmentKnownAlready(bytes32 shipment);
    error ProvenanceShipmentNotUnderway(bytes32 shipment, ShipmentState state);
    error ProvenanceNotParty(bytes32 shipment, bytes32 member);
    error ProvenanceReceivedTooMuch(bytes32 lot, uint128 shipped, uint128 received);
    error ProvenanceLinesDiffer(uint256 expected, uint256 given);
    error ProvenanceWrongOrder(bytes32 from, bytes32 to);
    error ProvenanceNoYield(bytes32 from, bytes32 to);
    error ProvenanceYieldExceeded(bytes32 form, uint256 capacity, uint128 asked);
    error ProvenanceUnbalanced(uint256 taken, uint256 made);
    error ProvenanceMixedForms(bytes32 expected, bytes32 given);
    error ProvenanceNothing();
    error ProvenanceTooMany(uint256 limit, uint256 given);
    error ProvenanceInFuture(uint64 happened);
    error ProvenanceFactsTooLong(uint256 limit, uint256 given);

    // rules: an operator of a regulator or certifier
    function declareForm(bytes32 form, uint16 rank, string calldata facts) external;
    function setYield(bytes32 from, bytes32 to, uint32 ppm, uint32 auxiliaryPpm) external;
    function certifyQuota(
        bytes32 ref,
        bytes32 grower,
        bytes32 form,
        uint128 milligrams,
        uint64 notAfter,
        string calldata facts
    ) external returns (bytes32 quota);
    function withdrawQuota(bytes32 quota, string calldata facts) external;

    // steps
    function commission(
        bytes32 quota,
        bytes32 ref,
        uint128 milligrams,
        uint64 expires,
        uint64 happened,
        string calldata facts
    ) external returns (bytes32 lot);
    function observe(bytes32 subject, Observation observation, bool conforms, uint64 happened, string calldata facts)
        external;
    function ship(
        bytes32 ref,
        bytes32 to,
        Portion[] calldata portions,
        bytes32 terms,
        uint64 happened,
        string calldata facts
    ) external returns (bytes32 shipment);
    function receiveShipment(bytes32 shipment, uint128[] calldata milligrams, uint64 happened, string calldata facts)
        external;
    function refuseShipment(bytes32 shipment, uint64 happened, string calldata facts) external;
    function cancelShipment(bytes32 shipment, uint64 happened, string calldata facts) external;
    function process(
        bytes32 method,
        Portion[] calldata inputs,
        Output[] calldata outputs,
        uint64 happened,
        string calldata facts
    ) external returns (bytes32 run);
    function split(bytes32 lot, Output[] calldata parts, uint64 happened, string calldata facts) external;
    function merge(Portion[] calldata portions, bytes32 ref, uint64 happened, string calldata facts)
        external
        returns (bytes32 lot);
    function pack(
        Portion calldata portion,
        bytes32 ref,
        uint32 units,
        uint64 gtin,
        bytes32 unitsRoot,
        uint64 happened,
        string calldata facts
    ) external returns (bytes32 lot);
    function dispense(Portion calldata portion, bytes32 commitment, uint64 happened, string calldata facts) external;
    function retire(Portion calldata portion, Reason reason, uint64 happened, string calldata facts) external;

    // reading
    function lotId(bytes32 maker, bytes32 ref) external pure returns (bytes32);
    function quotaId(bytes32 certifier, bytes32 ref) external pure returns (bytes32);
    function shipmentId(bytes32 from, bytes32 ref) external pure returns (bytes32);
    function lotById(bytes32 lot) external view returns (Lot memory);
    function quotaById(bytes32 quota) external view returns (Quota memory);
    function held(bytes32 lot, bytes32 holder) external view returns (uint128);
    function shipmentById(bytes32 shipment)
        external
        view
        returns (ShipmentState state, bytes32 from, bytes32 to, Portion[] memory portions);
    function rankOf(bytes32 form) external view returns (uint16);
    function yieldOf(bytes32 from, bytes32 to) external view returns (uint32 ppm, uint32 auxiliaryPpm);
}
