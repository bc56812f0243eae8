// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice The cheatcodes of forge that these tests use.
interface Vm {
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function warp(uint256 timestamp) external;
    function chainId(uint256 id) external;
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function expectRevert(bytes calldata data) external;
    function expectRevert() external;
    function expectEmit() external;
    function assume(bool condition) external pure;
}

/// @title Assertions and cheatcodes for tests
abstract contract Test {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Unequal(uint256 left, uint256 right);
    error UnequalWords(bytes32 left, bytes32 right);
    error Untrue();

    function assertEq(uint256 left, uint256 right) internal pure {
        require(left == right, Unequal(left, right));
    }

    function assertEq(bytes32 left, bytes32 right) internal pure {
        require(left == right, UnequalWords(left, right));
    }

    function assertTrue(bool condition) internal pure {
        require(condition, Untrue());
    }

    function bound(uint256 value, uint256 least, uint256 most) internal pure returns (uint256) {
        return least + value % (most - least + 1);
    }
}
