// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Allocation} from "../../src/care/IRewardToken.sol";
import {Guarantees} from "../../src/care/Guarantees.sol";
import {RewardToken} from "../../src/care/RewardToken.sol";
import {Tariff} from "../../src/care/guarantees/Pledges.sol";
import {Field} from "./Field.sol";

/// @title A field whose growers pay fees and post bonds
abstract contract Pledged is Field {
    uint256 internal constant SUPPLY = 1_000_000_000;
    uint256 internal constant PURSE = 10_000_000;
    uint256 internal constant IN_FUND = 1_000_000;
    uint96 internal constant FEE = 1000;
    uint32 internal constant TERM = 90 days;
    uint32 internal constant WINDOW = 30 days;

    RewardToken internal points;
    Guarantees internal guarantees;

    function setUpPledged() internal {
        setUpField();
        Allocation[] memory allocations = new Allocation[](4);
        allocations[0] = Allocation({holder: id(GROWER), amount: PURSE});
        allocations[1] = Allocation({holder: id(NEIGHBOUR), amount: PURSE});
        allocations[2] = Allocation({holder: "fund", amount: IN_FUND});
        allocations[3] = Allocation({holder: "reserve", amount: SUPPLY - 2 * PURSE - IN_FUND});
        points = new RewardToken(address(members), allocations);
        guarantees = new Guarantees(address(members), address(points));
        install("Provenance", address(ledger));
        install("RewardToken", address(points));
        install("Guarantees", address(guarantees));
    }

    function setTariff(Tariff memory wanted) internal {
        vm.prank(officer(REGULATOR));
        guarantees.setTariff(wanted, "{}");
    }

    /// @dev 10 points a lot and 2 a kilogram are locked; a kilogram is compensated with 5.
    function usual() internal pure returns (Tariff memory) {
        return
            Tariff({fee: FEE, bond: 10_000, bondRate: 2000, compensation: 5000, cover: 3, term: TERM, window: WINDOW});
    }
}
