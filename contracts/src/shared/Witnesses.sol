// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IMembers} from "./IMembers.sol";
import {IWitnesses} from "./IWitnesses.sol";

/// @title Facts of another chain that members bear witness to
/// @dev No bridge: two members that vote, and that the fact is not about, sign what their own nodes have seen.
abstract contract Witnesses is IWitnesses {
    uint256 private constant _FEWEST = 2;
    uint256 private constant _MOST_WITNESSES = 32;

    IMembers internal immutable MEMBERS;

    /// @dev Signatures stand by the ascending number of the signers' members, so that none counts twice.
    /// @param digest what was signed
    /// @param signatures of operators
    /// @param about the member whose own witness does not count; zero for none
    function _witnessed(bytes32 digest, bytes[] calldata signatures, bytes32 about) internal view {
        uint256 count = signatures.length;
        require(count >= _FEWEST && count <= _MOST_WITNESSES, WitnessesTooFew(_FEWEST, count));
        bytes32 last = 0;
        for (uint256 i = 0; i < count; ++i) {
            address signer = ECDSA.recover(digest, signatures[i]);
            bytes32 member = MEMBERS.memberOf(signer);
            require(member > last && member != about, WitnessesRefused(signer));
            require(MEMBERS.mayAct(signer) && MEMBERS.memberById(member).voting, WitnessesRefused(signer));
            last = member;
        }
    }
}
