// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Kind} from "../../shared/IMembers.sol";
import {Created, Lot, Output, Portion, UnitCodes} from "./Goods.sol";
import {IMaking} from "./IMaking.sol";
import {Rules} from "./Rules.sol";

/// @title Lots into lots: processing, splitting, merging and packing
abstract contract Making is IMaking, Rules {
    uint256 private constant _WHOLE = 1e18;

    uint256 private _runs;

    /// @inheritdoc IMaking
    function process(
        bytes32 method,
        Portion[] calldata inputs,
        Output[] calldata outputs,
        uint64 happened,
        string calldata facts
    ) external returns (bytes32 run) {
        bytes32 holder = _processor(happened, facts);
        require(method != 0, ProvenanceNothing());
        Created[] memory made = _transform(holder, inputs, outputs);
        run = keccak256(abi.encode("run", holder, ++_runs));
        _report(run, holder, method, inputs, made, happened, facts);
    }

    /// @inheritdoc IMaking
    function split(bytes32 lot, Output[] calldata parts, uint64 happened, string calldata facts) external {
        (bytes32 holder,) = _act(happened, facts);
        emit Split(lot, holder, _divide(lot, holder, parts), happened, msg.sender, facts);
    }

    /// @inheritdoc IMaking
    function merge(Portion[] calldata portions, bytes32 ref, uint64 happened, string calldata facts)
        external
        returns (bytes32 lot)
    {
        (bytes32 holder,) = _act(happened, facts);
        _checkCount(portions.length);
        Output memory output = Output({ref: ref, form: _known(portions[0].lot).form, milligrams: 0, expires: 0});
        for (uint256 i = 0; i < portions.length; ++i) {
            Lot storage part = _free(portions[i].lot);
            require(part.form == output.form, ProvenanceMixedForms(output.form, part.form));
            _take(portions[i].lot, holder, portions[i].milligrams);
            output.milligrams += portions[i].milligrams;
            output.expires = _earlier(output.expires, part.expires);
        }
        Created memory merged = _create(holder, output, _originOf(portions));
        lot = merged.lot;
        emit Merged(lot, holder, portions, merged, happened, msg.sender, facts);
    }

    /// @inheritdoc IMaking
    function pack(
        Portion calldata portion,
        bytes32 ref,
        uint32 units,
        uint64 gtin,
        bytes32 unitsRoot,
        uint64 happened,
        string calldata facts
    ) external returns (bytes32 lot) {
        (bytes32 holder, Kind kind) = _act(happened, facts);
        require(_mayProcess(kind) || kind == Kind.Merchant, ProvenanceWrongKind(holder));
        require(units != 0, ProvenanceNothing());
        Created memory packed = _wrap(holder, portion, ref);
        lot = packed.lot;
        if (unitsRoot != 0) _unitCodes[lot] = UnitCodes({root: unitsRoot, units: units});
        emit Packed(lot, holder, portion.lot, packed, units, gtin, unitsRoot, happened, msg.sender, facts);
    }

    function _report(
        bytes32 run,
        bytes32 holder,
        bytes32 method,
        Portion[] memory inputs,
        Created[] memory made,
        uint64 happened,
        string calldata facts
    ) private {
        emit Processed(run, holder, method, inputs, made, happened, msg.sender, facts);
    }

    function _processor(uint64 happened, string calldata facts) private view returns (bytes32 holder) {
        Kind kind;
        (holder, kind) = _act(happened, facts);
        require(_mayProcess(kind), ProvenanceWrongKind(holder));
    }

    function _mayProcess(Kind kind) private pure returns (bool) {
        return kind == Kind.Factory || kind == Kind.Pharmacy || kind == Kind.Hospital || kind == Kind.Clinic
            || kind == Kind.Grower;
    }

    function _transform(bytes32 holder, Portion[] calldata inputs, Output[] calldata outputs)
        private
        returns (Created[] memory)
    {
        require(outputs.length != 0, ProvenanceNothing());
        _checkCount(inputs.length);
        _checkCount(inputs.length + outputs.length);
        _checkYields(inputs, _use(holder, inputs), outputs);
        return _make(holder, outputs, _originOf(inputs));
    }

    function _divide(bytes32 lot, bytes32 holder, Output[] calldata parts) private returns (Created[] memory) {
        _checkCount(parts.length);
        Lot storage whole = _free(lot);
        (bytes32 form, uint64 expires) = (whole.form, whole.expires);
        for (uint256 i = 0; i < parts.length; ++i) {
            require(parts[i].form == form, ProvenanceMixedForms(form, parts[i].form));
            require(
                expires == 0 || (parts[i].expires != 0 && parts[i].expires <= expires), ProvenanceOutlives(lot, expires)
            );
            _take(lot, holder, parts[i].milligrams);
        }
        return _make(holder, parts, _originOf(lot));
    }

    function _wrap(bytes32 holder, Portion calldata portion, bytes32 ref) private returns (Created memory) {
        Lot storage loose = _usable(portion.lot);
        _take(portion.lot, holder, portion.milligrams);
        return _create(
            holder,
            Output({ref: ref, form: loose.form, milligrams: portion.milligrams, expires: loose.expires}),
            _originOf(portion.lot)
        );
    }

    function _use(bytes32 holder, Portion[] calldata inputs) private returns (bytes32[] memory forms) {
        forms = new bytes32[](inputs.length);
        for (uint256 i = 0; i < inputs.length; ++i) {
            forms[i] = _usable(inputs[i].lot).form;
            _take(inputs[i].lot, holder, inputs[i].milligrams);
        }
    }

    function _make(bytes32 holder, Output[] calldata outputs, bytes32 origin) private returns (Created[] memory made) {
        made = new Created[](outputs.length);
        for (uint256 i = 0; i < outputs.length; ++i) {
            made[i] = _create(holder, outputs[i], origin);
        }
    }

    /// @dev Each output takes the share output/capacity of the inputs; the shares together are one at most, so no input
    /// is used for two outputs at once, and rounding always goes against the maker.
    function _checkYields(Portion[] calldata inputs, bytes32[] memory forms, Output[] calldata outputs) private view {
        uint256 used = 0;
        for (uint256 j = 0; j < outputs.length; ++j) {
            bytes32 to = outputs[j].form;
            _checkForm(to);
            uint256 capacity = _capacity(inputs, forms, to);
            uint128 asked = outputs[j].milligrams;
            require(asked <= capacity, ProvenanceYieldExceeded(to, capacity, asked));
            if (asked != 0) used += Math.mulDiv(asked, _WHOLE, capacity, Math.Rounding.Ceil);
            require(used <= _WHOLE, ProvenanceYieldExceeded(to, capacity, asked));
        }
        (uint256 taken, uint256 total) = (_total(inputs), _total(outputs));
        require(total <= taken, ProvenanceUnbalanced(taken, total));
    }

    /// @dev Most of form `to` that all inputs together may become. An auxiliary adds at most its part of the main inputs.
    function _capacity(Portion[] calldata inputs, bytes32[] memory forms, bytes32 to) private view returns (uint256) {
        uint256 main = 0;
        uint256 auxiliary = 0;
        uint256 share = 0;
        for (uint256 i = 0; i < inputs.length; ++i) {
            Rule storage rule = _rules[forms[i]][to];
            uint256 ppm = rule.ppm;
            require(ppm != 0, ProvenanceNoYield(forms[i], to));
            uint256 auxiliaryPpm = rule.auxiliaryPpm;
            if (auxiliaryPpm == 0) {
                main += inputs[i].milligrams * ppm;
            } else {
                auxiliary += inputs[i].milligrams * ppm;
                share = Math.max(share, auxiliaryPpm);
            }
        }
        return (main + Math.min(auxiliary, main * share / MILLION)) / MILLION;
    }

    function _earlier(uint64 a, uint64 b) private pure returns (uint64) {
        if (a == 0 || b == 0) return a + b;
        return a < b ? a : b;
    }
}
