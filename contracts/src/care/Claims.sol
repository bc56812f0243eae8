// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IMembers} from "../shared/IMembers.sol";
import {Witnesses} from "../shared/Witnesses.sol";
import {Claim, IClaims} from "./IClaims.sol";
import {IRewardToken} from "./IRewardToken.sol";

/// @title Claims: points earned on another chain, paid out of the reserve of the one points ledger
/// @dev A voucher names the whole sum since the beginning, so that none is paid twice and a clawback is netted.
contract Claims is IClaims, Witnesses, EIP712 {
    bytes32 private constant _CLAIM =
        keccak256("Claim(uint256 chain,address source,address account,uint256 total,uint64 notAfter)");
    bytes32 private constant _NAME = "Claims";
    bytes32 private constant _RESERVE = "reserve";
    uint64 private constant _PERIOD = 30 days;
    /// @dev Two members that lie together can take no more than this out of the reserve in a period.
    uint256 private constant _MOST_A_PERIOD = 100_000_000;

    IRewardToken private immutable _POINTS;
    mapping(bytes32 nullifier => uint256) private _paid;
    mapping(uint256 period => uint256) private _spent;

    /// @param members the contract Members of this chain
    /// @param points the contract RewardToken of this chain
    constructor(address members, address points) EIP712("TCM Chain Claims", "1") {
        MEMBERS = IMembers(members);
        _POINTS = IRewardToken(points);
    }

    /// @inheritdoc IClaims
    function claim(Claim calldata voucher, bytes[] calldata signatures) external {
        require(block.timestamp <= voucher.notAfter, ClaimsLapsed(voucher.notAfter));
        _witnessed(_hashTypedDataV4(keccak256(abi.encode(_CLAIM, voucher))), signatures, 0);
        bytes32 nullifier = _nullifier(voucher.chain, voucher.source, voucher.account);
        uint256 before = _paid[nullifier];
        require(voucher.total > before, ClaimsNothing(voucher.account, before));
        uint256 amount = voucher.total - before;
        uint256 left = _MOST_A_PERIOD - _spent[block.timestamp / _PERIOD];
        require(amount <= left, ClaimsCapped(left, amount));
        _paid[nullifier] = voucher.total;
        _spent[block.timestamp / _PERIOD] += amount;
        emit Paid(voucher.account, voucher.source, amount, voucher.total);
        _POINTS.move(_NAME, _RESERVE, bytes32(uint256(uint160(voucher.account))), amount, "reward", nullifier);
    }

    /// @inheritdoc IClaims
    function paid(uint256 chain, address source, address account) external view returns (uint256) {
        return _paid[_nullifier(chain, source, account)];
    }

    function _nullifier(uint256 chain, address source, address account) private pure returns (bytes32) {
        return keccak256(abi.encode(chain, source, account));
    }
}
