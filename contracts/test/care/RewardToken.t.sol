// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Allocation, IRewardToken} from "../../src/care/IRewardToken.sol";
import {RewardToken} from "../../src/care/RewardToken.sol";
import {Pledged} from "./Pledged.sol";

contract RewardTokenTest is Pledged {
    address private constant _CARRIER = address(0xCA11);
    address private constant _SECOND = address(0xCA12);

    function setUp() public {
        setUpPledged();
        install("Carrier", _CARRIER);
    }

    function test_Founding_GivesEachPurseItsPart() public view {
        assertEq(points.totalSupply(), SUPPLY);
        assertEq(points.heldBy(id(GROWER)), PURSE);
        assertEq(points.heldBy("fund"), IN_FUND);
        assertEq(points.balanceOf(points.purseOf(id(GROWER))), PURSE);
        assertEq(uint256(points.decimals()), 3);
    }

    function test_RevertWhen_FoundingWithNothing() public {
        Allocation[] memory none = new Allocation[](1);
        none[0] = Allocation({holder: "fund", amount: 0});
        vm.expectRevert(abi.encodeWithSelector(IRewardToken.RewardTokenNothing.selector));
        new RewardToken(address(members), none);
    }

    function test_CollectAndPay_MoveBetweenPursesAndAContract() public {
        vm.startPrank(_CARRIER);
        points.collect("Carrier", id(GROWER), 700, "why", 0);
        assertEq(points.balanceOf(_CARRIER), 700);
        points.pay(id(MERCHANT), 200, "why", 0);
        points.move("Carrier", id(GROWER), id(HOSPITAL), 5, "why", 0);
        vm.stopPrank();
        assertEq(points.balanceOf(_CARRIER), 500);
        assertEq(points.heldBy(id(MERCHANT)), 200);
        assertEq(points.heldBy(id(HOSPITAL)), 5);
        assertEq(points.heldBy(id(GROWER)), PURSE - 705);
    }

    function test_Pay_WorksAfterTheContractWasReplaced() public {
        vm.prank(_CARRIER);
        points.collect("Carrier", id(GROWER), 700, "why", 0);
        install("Carrier", _SECOND);
        vm.startPrank(_CARRIER);
        points.pay(id(GROWER), 700, "why", 0);
        vm.expectRevert(
            abi.encodeWithSelector(IRewardToken.RewardTokenNotInForce.selector, bytes32("Carrier"), _CARRIER)
        );
        points.collect("Carrier", id(GROWER), 700, "why", 0);
        vm.stopPrank();
        assertEq(points.heldBy(id(GROWER)), PURSE);
    }

    function test_RevertWhen_TheCallerIsNoContractInForce() public {
        address stranger = officer(OUTSIDER);
        bytes memory refused =
            abi.encodeWithSelector(IRewardToken.RewardTokenNotInForce.selector, bytes32("Carrier"), stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refused);
        points.collect("Carrier", id(GROWER), 1, "why", 0);
        vm.expectRevert(refused);
        points.move("Carrier", id(GROWER), id(MERCHANT), 1, "why", 0);
        vm.expectRevert(abi.encodeWithSelector(IRewardToken.RewardTokenNotInForce.selector, bytes32("None"), stranger));
        points.collect("None", id(GROWER), 1, "why", 0);
        vm.expectRevert(abi.encodeWithSelector(IRewardToken.RewardTokenNotInForce.selector, bytes32(0), stranger));
        points.pay(id(GROWER), 1, "why", 0);
        vm.stopPrank();
    }

    /// @dev An address that the Directory does not name is zero, and nobody calls from there.
    function test_RevertWhen_NamingNothing() public {
        vm.prank(address(0xBEEF));
        vm.expectRevert(
            abi.encodeWithSelector(IRewardToken.RewardTokenNotInForce.selector, bytes32(0), address(0xBEEF))
        );
        points.collect(0, id(GROWER), 1, "why", 0);
        vm.expectRevert(abi.encodeWithSelector(IRewardToken.RewardTokenNotInForce.selector, bytes32("x"), address(0)));
        points.enlist("x");
    }

    function test_RevertWhen_ThereIsTooLittleOrNothing() public {
        vm.startPrank(_CARRIER);
        vm.expectRevert(
            abi.encodeWithSelector(IRewardToken.RewardTokenInsufficient.selector, id(GROWER), PURSE, PURSE + 1)
        );
        points.collect("Carrier", id(GROWER), PURSE + 1, "why", 0);
        vm.expectRevert(abi.encodeWithSelector(IRewardToken.RewardTokenNothing.selector));
        points.collect("Carrier", id(GROWER), 0, "why", 0);
        points.collect("Carrier", id(GROWER), 10, "why", 0);
        vm.expectRevert(
            abi.encodeWithSelector(IRewardToken.RewardTokenInsufficient.selector, bytes32("Carrier"), 10, 11)
        );
        points.pay(id(GROWER), 11, "why", 0);
        vm.expectRevert(abi.encodeWithSelector(IRewardToken.RewardTokenNothing.selector));
        points.pay(0, 1, "why", 0);
        vm.expectRevert(abi.encodeWithSelector(IRewardToken.RewardTokenNothing.selector));
        points.move("Carrier", id(GROWER), 0, 1, "why", 0);
        vm.stopPrank();
    }

    function test_Allot_ComesOutOfTheReserve() public {
        uint256 before = points.heldBy("reserve");
        vm.prank(officer(REGULATOR));
        points.allot(id(HOSPITAL), 1234, "{}");
        assertEq(points.heldBy(id(HOSPITAL)), 1234);
        assertEq(points.heldBy("reserve"), before - 1234);
    }

    function test_RevertWhen_AllottingWithoutTheRight() public {
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IRewardToken.RewardTokenNotRegulator.selector, id(GROWER)));
        points.allot(id(GROWER), 1, "{}");
        vm.startPrank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IRewardToken.RewardTokenOwnPurse.selector, id(REGULATOR)));
        points.allot(id(REGULATOR), 1, "{}");
        vm.expectRevert(abi.encodeWithSelector(IRewardToken.RewardTokenUnknownMember.selector, bytes32("nobody")));
        points.allot("nobody", 1, "{}");
        vm.expectRevert(abi.encodeWithSelector(IRewardToken.RewardTokenFactsTooLong.selector, 4096, 4097));
        points.allot(id(GROWER), 1, string(new bytes(4097)));
        vm.stopPrank();
    }

    function test_Transfer_OnlyBetweenContractsOfTheDirectory() public {
        install("Second", _SECOND);
        vm.startPrank(_CARRIER);
        points.collect("Carrier", id(GROWER), 700, "why", 0);
        vm.expectRevert(abi.encodeWithSelector(IRewardToken.RewardTokenNotInForce.selector, bytes32(0), _SECOND));
        assertTrue(!points.transfer(_SECOND, 1));
        points.enlist("Second");
        assertTrue(points.transfer(_SECOND, 300));
        points.approve(_SECOND, 50);
        vm.stopPrank();
        vm.prank(_SECOND);
        assertTrue(points.transferFrom(_CARRIER, _SECOND, 50));
        assertEq(points.balanceOf(_SECOND), 350);
        address stranger = officer(OUTSIDER);
        vm.prank(_CARRIER);
        vm.expectRevert(abi.encodeWithSelector(IRewardToken.RewardTokenNotInForce.selector, bytes32(0), stranger));
        assertTrue(!points.transfer(stranger, 1));
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IRewardToken.RewardTokenNotInForce.selector, bytes32(0), stranger));
        assertTrue(!points.transfer(_CARRIER, 0));
    }
}
