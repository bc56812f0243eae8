// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Matter, Motion} from "../../src/shared/IMembers.sol";
import {Portion} from "../../src/care/provenance/Goods.sol";
import {IUnits, Opening, Purpose} from "../../src/care/IUnits.sol";
import {Units} from "../../src/care/Units.sol";
import {Field} from "./Field.sol";

contract UnitsTest is Field {
    uint256 private constant _UNITS = 5;
    uint256 private constant _KEY = 7000;

    Units private units;
    bytes32 private lot;
    bytes32[] private leaves;

    function setUp() public {
        setUpField();
        _install("Provenance", address(ledger));
        units = new Units(address(members));
        for (uint256 i = 0; i < _UNITS; ++i) {
            leaves.push(_leaf(uint64(100 + i), vm.addr(_KEY + i)));
        }
        lot = _pack("P-1", _root());
    }

    function test_Open_ByAnybodyOnce() public {
        Opening memory opening = _opening(102);
        vm.prank(address(0xbeef));
        units.open(opening, _proof(2), signed(_KEY + 2, _hash(opening)));
        assertEq(units.openedAt(lot, 102), block.timestamp);
        assertEq(units.openedAt(lot, 103), 0);
    }

    function test_Open_EveryUnit() public {
        for (uint256 i = 0; i < _UNITS; ++i) {
            Opening memory opening = _opening(uint64(100 + i));
            units.open(opening, _proof(i), signed(_KEY + i, _hash(opening)));
            assertEq(units.openedAt(lot, uint64(100 + i)), block.timestamp);
        }
    }

    function test_RevertWhen_OpenedBefore() public {
        Opening memory opening = _opening(102);
        units.open(opening, _proof(2), signed(_KEY + 2, _hash(opening)));
        uint64 first = now_();
        vm.warp(block.timestamp + 3 days);
        opening.purpose = Purpose.Check;
        bytes memory signature = signed(_KEY + 2, _hash(opening));
        bytes32[] memory proof = _proof(2);
        vm.expectRevert(abi.encodeWithSelector(IUnits.UnitsOpenedAlready.selector, lot, 102, first));
        units.open(opening, proof, signature);
    }

    function test_RevertWhen_PurposeIsAltered() public {
        Opening memory opening = _opening(102);
        bytes memory signature = signed(_KEY + 2, _hash(opening));
        opening.purpose = Purpose.Gift;
        _refused(opening, _proof(2), signature);
    }

    function testFuzz_RevertWhen_KeyIsAnother(uint256 key) public {
        key = bound(key, 1, 1 << 128);
        vm.assume(key != _KEY + 2);
        Opening memory opening = _opening(102);
        _refused(opening, _proof(2), signed(key, _hash(opening)));
    }

    function testFuzz_RevertWhen_SerialIsAnother(uint64 serial) public {
        vm.assume(serial != 102);
        Opening memory opening = _opening(serial);
        _refused(opening, _proof(2), signed(_KEY + 2, _hash(opening)));
    }

    function test_RevertWhen_ProofIsAnothers() public {
        Opening memory opening = _opening(102);
        _refused(opening, _proof(1), signed(_KEY + 2, _hash(opening)));
    }

    function test_RevertWhen_LotHasNoCodes() public {
        bytes32 plain = _pack("P-2", 0);
        Opening memory opening = _opening(102);
        opening.lot = plain;
        bytes memory signature = signed(_KEY + 2, _hash(opening));
        bytes32[] memory proof = _proof(2);
        vm.expectRevert(abi.encodeWithSelector(IUnits.UnitsWithoutCodes.selector, plain));
        units.open(opening, proof, signature);
    }

    function test_RevertWhen_InFuture() public {
        Opening memory opening = _opening(102);
        opening.happened = uint64(block.timestamp + 1 days + 1);
        bytes memory signature = signed(_KEY + 2, _hash(opening));
        bytes32[] memory proof = _proof(2);
        vm.expectRevert(abi.encodeWithSelector(IUnits.UnitsInFuture.selector, opening.happened));
        units.open(opening, proof, signature);
    }

    function test_RevertWhen_PlaceIsNone() public {
        Opening memory opening = _opening(102);
        opening.place = 1_000_000;
        bytes memory signature = signed(_KEY + 2, _hash(opening));
        bytes32[] memory proof = _proof(2);
        vm.expectRevert(abi.encodeWithSelector(IUnits.UnitsPlaceUnreadable.selector, opening.place));
        units.open(opening, proof, signature);
    }

    function test_RevertWhen_ProofIsTooDeep() public {
        Opening memory opening = _opening(102);
        bytes memory signature = signed(_KEY + 2, _hash(opening));
        vm.expectRevert(abi.encodeWithSelector(IUnits.UnitsTooMany.selector, 32, 33));
        units.open(opening, new bytes32[](33), signature);
    }

    function _refused(Opening memory opening, bytes32[] memory proof, bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(IUnits.UnitsNotProven.selector, lot, opening.serial));
        units.open(opening, proof, signature);
    }

    function _opening(uint64 serial) private view returns (Opening memory) {
        return Opening({lot: lot, serial: serial, purpose: Purpose.Take, happened: now_(), place: 110_000});
    }

    function _hash(Opening memory o) private pure returns (bytes32) {
        bytes32 kind = keccak256("Opening(bytes32 lot,uint64 serial,uint8 purpose,uint64 happened,uint32 place)");
        return keccak256(abi.encode(kind, o.lot, o.serial, o.purpose, o.happened, o.place));
    }

    function _pack(bytes32 ref, bytes32 root) private returns (bytes32) {
        bytes32 harvest = commission(ref, 1000);
        vm.prank(officer(GROWER));
        return ledger.pack(
            Portion({lot: harvest, milligrams: 1000}), bytes32(uint256(ref) + 1), uint32(_UNITS), 0, root, now_(), "{}"
        );
    }

    function _install(bytes32 name, address contract_) private {
        Motion memory m = motion(Matter.Install, GROWER);
        (m.subject, m.account, m.number) = (name, contract_, uint64(block.chainid));
        carry(m);
    }

    /// @dev Five leaves: two pairs, then the pair of pairs, and the fifth joins at the top.
    function _root() private view returns (bytes32) {
        return _node(_top(), leaves[4]);
    }

    function _top() private view returns (bytes32) {
        return _node(_node(leaves[0], leaves[1]), _node(leaves[2], leaves[3]));
    }

    function _proof(uint256 i) private view returns (bytes32[] memory found) {
        if (i == 4) {
            found = new bytes32[](1);
            found[0] = _top();
            return found;
        }
        found = new bytes32[](3);
        found[0] = leaves[i ^ 1];
        found[1] = i < 2 ? _node(leaves[2], leaves[3]) : _node(leaves[0], leaves[1]);
        found[2] = leaves[4];
    }

    function _leaf(uint64 serial, address key) private pure returns (bytes32) {
        return sha256(bytes.concat(sha256(abi.encode(serial, key))));
    }

    function _node(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? sha256(bytes.concat(a, b)) : sha256(bytes.concat(b, a));
    }
}
