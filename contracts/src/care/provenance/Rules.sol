// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Kind, Member, Standing} from "../../shared/IMembers.sol";
import {Quota} from "./Goods.sol";
import {IRules} from "./IRules.sol";
import {LotLedger} from "./LotLedger.sol";

/// @title What regulators and certifiers lay down: forms, yields and quotas
abstract contract Rules is IRules, LotLedger {
    uint32 internal constant MILLION = 1_000_000;

    struct Rule {
        uint32 ppm;
        uint32 auxiliaryPpm;
    }

    mapping(bytes32 form => uint16) internal _ranks;
    mapping(bytes32 from => mapping(bytes32 to => Rule)) internal _rules;
    mapping(bytes32 quota => Quota) internal _quotas;
    mapping(bytes32 quota => bytes32 certifier) private _certifiers;

    /// @inheritdoc IRules
    function declareForm(bytes32 form, uint16 rank, string calldata facts) external {
        bytes32 by = _ruler(facts);
        require(form != 0 && rank != 0, ProvenanceNothing());
        require(_ranks[form] == 0, ProvenanceFormKnownAlready(form));
        _ranks[form] = rank;
        emit FormDeclared(form, rank, by, facts);
    }

    /// @inheritdoc IRules
    function setYield(bytes32 from, bytes32 to, uint32 ppm, uint32 auxiliaryPpm) external {
        bytes32 by = _ruler("");
        _checkForm(from);
        _checkForm(to);
        require(_ranks[to] > _ranks[from], ProvenanceWrongOrder(from, to));
        require(ppm <= MILLION, ProvenanceTooMany(MILLION, ppm));
        require(auxiliaryPpm <= MILLION, ProvenanceTooMany(MILLION, auxiliaryPpm));
        _rules[from][to] = Rule({ppm: ppm, auxiliaryPpm: auxiliaryPpm});
        emit YieldSet(from, to, ppm, auxiliaryPpm, by);
    }

    /// @inheritdoc IRules
    function certifyQuota(
        bytes32 ref,
        bytes32 grower,
        bytes32 form,
        uint128 milligrams,
        uint64 notAfter,
        string calldata facts
    ) external returns (bytes32 quota) {
        bytes32 certifier = _ruler(facts);
        require(ref != 0 && milligrams != 0, ProvenanceNothing());
        require(milligrams <= MOST_MILLIGRAMS, ProvenanceTooMany(MOST_MILLIGRAMS, milligrams));
        _checkForm(form);
        Member memory member = MEMBERS.memberById(grower);
        require(member.kind == Kind.Grower && member.standing == Standing.Active, ProvenanceWrongKind(grower));
        quota = quotaId(certifier, ref);
        require(_quotas[quota].grower == 0, ProvenanceQuotaKnownAlready(quota));
        _quotas[quota] = Quota({grower: grower, form: form, left: milligrams, notAfter: notAfter, withdrawn: false});
        _certifiers[quota] = certifier;
        emit QuotaCertified(quota, grower, form, certifier, ref, milligrams, notAfter, facts);
    }

    /// @inheritdoc IRules
    function withdrawQuota(bytes32 quota, string calldata facts) external {
        _checkFacts(facts);
        (bytes32 by, Kind kind) = MEMBERS.actor(msg.sender);
        require(_quotas[quota].grower != 0, ProvenanceUnknownQuota(quota));
        require(by == _certifiers[quota] || kind == Kind.Regulator, ProvenanceWrongKind(by));
        require(!_quotas[quota].withdrawn, ProvenanceQuotaClosed(quota));
        _quotas[quota].withdrawn = true;
        emit QuotaWithdrawn(quota, by, facts);
    }

    /// @inheritdoc IRules
    function quotaById(bytes32 quota) external view returns (Quota memory) {
        return _quotas[quota];
    }

    /// @inheritdoc IRules
    function rankOf(bytes32 form) external view returns (uint16) {
        return _ranks[form];
    }

    /// @inheritdoc IRules
    function yieldOf(bytes32 from, bytes32 to) external view returns (uint32 ppm, uint32 auxiliaryPpm) {
        Rule storage rule = _rules[from][to];
        return (rule.ppm, rule.auxiliaryPpm);
    }

    /// @inheritdoc IRules
    function quotaId(bytes32 certifier, bytes32 ref) public pure returns (bytes32) {
        return keccak256(abi.encode("quota", certifier, ref));
    }

    function _checkForm(bytes32 form) internal view {
        require(_ranks[form] != 0, ProvenanceUnknownForm(form));
    }

    function _ruler(string memory facts) private view returns (bytes32 member) {
        require(bytes(facts).length <= MOST_FACTS, ProvenanceFactsTooLong(MOST_FACTS, bytes(facts).length));
        Kind kind;
        (member, kind) = MEMBERS.actor(msg.sender);
        require(kind == Kind.Regulator || kind == Kind.Certifier, ProvenanceWrongKind(member));
    }
}
