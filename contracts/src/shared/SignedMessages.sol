// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @title Messages signed once for every chain of a consortium
/// @notice EIP-712 with the domain {name: "TCM Chain", version: "1", salt: consortium}. It has neither chain id nor
/// address, so that one signature holds on all chains; serials in the messages stop a replay on the same chain.
abstract contract SignedMessages {
    bytes32 private constant _DOMAIN = keccak256("EIP712Domain(string name,string version,bytes32 salt)");

    bytes32 private immutable _SEPARATOR;

    constructor(bytes32 consortium_) {
        _SEPARATOR = keccak256(abi.encode(_DOMAIN, keccak256("TCM Chain"), keccak256("1"), consortium_));
    }

    /// @dev Account that signed the struct with this hash; reverts with OpenZeppelin's errors when nobody can have.
    function _signer(bytes32 structHash, bytes calldata signature) internal view returns (address) {
        return ECDSA.recover(MessageHashUtils.toTypedDataHash(_SEPARATOR, structHash), signature);
    }
}
