// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title PlainToken: what reviews are measured against
contract PlainToken is ERC20("Plain", "PLN") {
    /// @param holders who gets a thousand each
    constructor(address[] memory holders) {
        for (uint256 i = 0; i < holders.length; ++i) {
            _mint(holders[i], 1000);
        }
    }
}
