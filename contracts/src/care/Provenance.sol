// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {IMembers, Kind} from "../shared/IMembers.sol";
import {IProvenance} from "./IProvenance.sol";
import {IGuarantees} from "./IGuarantees.sol";
import {Observation, Output, Portion, Quota, Reason} from "./provenance/Goods.sol";
import {Making} from "./provenance/Making.sol";
import {Recalls} from "./provenance/Recalls.sol";
import {Shipping} from "./provenance/Shipping.sol";

/// @title Provenance: lots as milligrams held by members
contract Provenance is IProvenance, Making, Shipping, Recalls, Multicall {
    /// @param members the contract Members of this chain
    constructor(address members) {
        MEMBERS = IMembers(members);
    }

    /// @inheritdoc IProvenance
    function commission(
        bytes32 quota,
        bytes32 ref,
        uint128 milligrams,
        uint64 expires,
        uint64 happened,
        string calldata facts
    ) external returns (bytes32 lot) {
        (bytes32 holder,) = _act(happened, facts);
        bytes32 form = _draw(quota, holder, milligrams);
        lot = _create(holder, Output({ref: ref, form: form, milligrams: milligrams, expires: expires}), 0).lot;
        _guarantee(lot, holder, milligrams);
        emit Commissioned(lot, holder, quota, form, ref, milligrams, expires, happened, msg.sender, facts);
    }

    /// @inheritdoc IProvenance
    function observe(bytes32 subject, Observation observation, bool conforms, uint64 happened, string calldata facts)
        external
    {
        (bytes32 observer, Kind kind) = _act(happened, facts);
        bytes32 grower = _quotas[subject].grower;
        require(grower != 0 || _lots[subject].maker != 0, ProvenanceUnknownLot(subject));
        if (observation == Observation.Inspection) {
            require(kind == Kind.Lab, ProvenanceWrongKind(observer));
        } else {
            require(
                observer == grower || _hands[subject][observer].held != 0,
                ProvenanceInsufficient(subject, observer, 0, 1)
            );
        }
        emit Observed(subject, observer, observation, conforms, happened, msg.sender, facts);
    }

    /// @inheritdoc IProvenance
    function dispense(Portion calldata portion, bytes32 commitment, uint64 happened, string calldata facts) external {
        _dispense(_dispenser(msg.sender), portion, commitment, happened, msg.sender, facts);
    }

    /// @inheritdoc IProvenance
    function dispenseFor(
        address account,
        Portion[] calldata portions,
        bytes32 commitment,
        uint64 happened,
        string calldata facts
    ) external {
        require(msg.sender == MEMBERS.addressOf("Prescriptions"), ProvenanceNotInForce(msg.sender));
        _checkCount(portions.length);
        bytes32 holder = _dispenser(account);
        for (uint256 i = 0; i < portions.length; ++i) {
            _dispense(holder, portions[i], commitment, happened, account, facts);
        }
    }

    /// @inheritdoc IProvenance
    function retire(Portion calldata portion, Reason reason, uint64 happened, string calldata facts) external {
        (bytes32 holder,) = _act(happened, facts);
        _known(portion.lot);
        _take(portion.lot, holder, portion.milligrams);
        emit Retired(portion.lot, holder, reason, portion.milligrams, happened, msg.sender, facts);
    }

    function _dispense(
        bytes32 holder,
        Portion calldata portion,
        bytes32 commitment,
        uint64 happened,
        address account,
        string calldata facts
    ) private {
        _checkDeed(happened, facts);
        require(commitment != 0, ProvenanceNothing());
        _usable(portion.lot);
        _take(portion.lot, holder, portion.milligrams);
        _hands[portion.lot][holder].dispensed += portion.milligrams;
        emit Dispensed(portion.lot, holder, commitment, portion.milligrams, happened, account, facts);
    }

    function _dispenser(address account) private view returns (bytes32 holder) {
        Kind kind;
        (holder, kind) = MEMBERS.actor(account);
        require(kind == Kind.Hospital || kind == Kind.Clinic || kind == Kind.Pharmacy, ProvenanceWrongKind(holder));
    }

    /// @dev Whoever enters a harvest pays for the entry and posts its bond, once the members have Guarantees.
    function _guarantee(bytes32 lot, bytes32 grower, uint128 milligrams) private {
        address guarantees = MEMBERS.addressOf("Guarantees");
        if (guarantees != address(0)) IGuarantees(guarantees).post(lot, grower, milligrams);
    }

    function _draw(bytes32 id, bytes32 holder, uint128 milligrams) private returns (bytes32 form) {
        Quota storage quota = _quotas[id];
        require(quota.grower != 0, ProvenanceUnknownQuota(id));
        require(quota.grower == holder, ProvenanceNotQuotaGrower(id, holder));
        require(!quota.withdrawn && block.timestamp <= quota.notAfter, ProvenanceQuotaClosed(id));
        uint128 left = quota.left;
        require(milligrams <= left, ProvenanceQuotaExceeded(id, left, milligrams));
        quota.left = left - milligrams;
        return quota.form;
    }
}
