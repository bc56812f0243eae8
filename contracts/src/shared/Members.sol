// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Appointment, Founder, IMembers, Installation, Kind, Matter, Member, Motion, Standing} from "./IMembers.sol";
import {SignedMessages} from "./SignedMessages.sol";

/// @title Members of the consortium and the Directory of contracts in force
contract Members is IMembers, SignedMessages {
    bytes32 private constant _MOTION = keccak256(
        "Motion(uint64 serial,uint8 matter,bytes32 subject,uint8 kind,bool voting,address account,uint64 number,uint64 from,bytes32 digest,string text,uint64 notAfter)"
    );
    bytes32 private constant _APPOINTMENT =
        keccak256("Appointment(bytes32 member,address account,bool appointed,uint64 serial)");
    bytes32 private constant _AGREEMENT = keccak256("AgreementSigned(bytes32 member,uint32 version,bytes32 digest)");

    /// @inheritdoc IMembers
    bytes32 public immutable override consortium;
    /// @inheritdoc IMembers
    uint64 public override motionsCarried;

    uint32 private _version;
    uint32 private _before;
    uint64 private _binding;
    bytes32 private _digest;
    uint256 private _voters;
    mapping(bytes32 member => Member) private _members;
    mapping(address account => bytes32 member) private _memberOf;
    mapping(bytes32 name => address) private _addresses;

    /// @param consortium_ identity of the consortium
    /// @param founders its first members; they are active at once, but act only when they have signed the agreement
    /// @param agreementDigest SHA-256 of the agreement's first version
    /// @param agreementTitle its title
    /// @param contracts addresses in force from the first block
    constructor(
        bytes32 consortium_,
        Founder[] memory founders,
        bytes32 agreementDigest,
        string memory agreementTitle,
        Installation[] memory contracts
    ) SignedMessages(consortium_) {
        consortium = consortium_;
        _publish(1, agreementDigest, 0, agreementTitle);
        for (uint256 i = 0; i < founders.length; ++i) {
            Founder memory founder = founders[i];
            _admit(founder.member, founder.kind, founder.voting, founder.officer, founder.profile);
        }
        require(_voters > 0, MembersInvalid());
        for (uint256 i = 0; i < contracts.length; ++i) {
            _install(contracts[i].name, contracts[i].current);
        }
    }

    /// @inheritdoc IMembers
    function carry(Motion calldata motion, bytes[] calldata votes) external {
        require(motion.serial == motionsCarried + 1, MembersWrongSerial(motionsCarried + 1, motion.serial));
        require(block.timestamp <= motion.notAfter, MembersLapsed(motion.notAfter));
        bytes32 hash = _hash(motion);
        address[] memory voters = _count(hash, votes);
        motionsCarried = motion.serial;
        emit MotionCarried(motion.serial, motion.matter, hash, voters);
        _carryOut(motion);
    }

    /// @inheritdoc IMembers
    function signAgreement(bytes32 member, uint32 version, bytes calldata signature) external {
        require(version == _version, MembersWrongVersion(_version, version));
        _present(member);
        address signer = _signer(keccak256(abi.encode(_AGREEMENT, member, version, _digest)), signature);
        require(signer == _members[member].officer, MembersNotOfficer(member, signer));
        // A signature relayed again changes nothing and is not reported again.
        if (_members[member].agreement == version) return;
        _members[member].agreement = version;
        emit AgreementSigned(member, version, _digest);
    }

    /// @inheritdoc IMembers
    function appoint(Appointment calldata appointment, bytes calldata signature) external {
        bytes32 member = appointment.member;
        _present(member);
        Member storage record = _members[member];
        uint64 serial = record.appointments + 1;
        require(appointment.serial == serial, MembersWrongSerial(serial, appointment.serial));
        bytes32 hash =
            keccak256(abi.encode(_APPOINTMENT, member, appointment.account, appointment.appointed, appointment.serial));
        address signer = _signer(hash, signature);
        require(signer == record.officer, MembersNotOfficer(member, signer));
        record.appointments = serial;
        if (appointment.appointed) {
            _bind(appointment.account, member);
            emit OperatorAppointed(member, appointment.account, serial);
        } else {
            _dismiss(appointment.account, member);
            emit OperatorDismissed(member, appointment.account, serial);
        }
    }

    /// @inheritdoc IMembers
    function actor(address account) external view returns (bytes32 member, Kind kind) {
        member = _memberOf[account];
        Member storage record = _members[member];
        require(record.standing == Standing.Active, MembersMayNotAct(account));
        require(_signed(record), MembersAgreementUnsigned(member, _version));
        kind = record.kind;
    }

    /// @inheritdoc IMembers
    function mayAct(address account) external view returns (bool) {
        Member storage record = _members[_memberOf[account]];
        return record.standing == Standing.Active && _signed(record);
    }

    /// @inheritdoc IMembers
    function memberOf(address account) external view returns (bytes32) {
        return _memberOf[account];
    }

    /// @inheritdoc IMembers
    function memberById(bytes32 member) external view returns (Member memory) {
        return _members[member];
    }

    /// @inheritdoc IMembers
    function agreement() external view returns (uint32 version, bytes32 digest, uint64 from) {
        return (_version, _digest, _binding);
    }

    /// @inheritdoc IMembers
    function addressOf(bytes32 name) external view returns (address) {
        return _addresses[name];
    }

    /// @inheritdoc IMembers
    function quorum() public view returns (uint256) {
        return _voters / 2 + 1;
    }

    function _carryOut(Motion calldata motion) private {
        bytes32 subject = motion.subject;
        if (motion.matter == Matter.Admit) {
            _admit(subject, motion.kind, motion.voting, motion.account, motion.text);
        } else if (motion.matter == Matter.ReplaceOfficer) {
            _replaceOfficer(subject, motion.account);
        } else if (motion.matter == Matter.PublishAgreement) {
            require(motion.number == uint256(_version) + 1, MembersInvalid());
            _publish(_version + 1, motion.digest, motion.from, motion.text);
        } else if (motion.matter == Matter.Install) {
            // Every chain counts the motion; only the one that it is meant for installs.
            if (motion.number == block.chainid) _install(subject, motion.account);
        } else {
            _changeStanding(motion.matter, subject, motion.digest, motion.text);
        }
    }

    function _admit(bytes32 member, Kind kind, bool voting, address officer, string memory profile) private {
        require(member != 0 && kind != Kind.None, MembersInvalid());
        Member storage record = _members[member];
        require(record.standing == Standing.None, MembersKnownAlready(member));
        _bind(officer, member);
        record.kind = kind;
        record.standing = Standing.Active;
        record.voting = voting;
        record.officer = officer;
        if (voting) ++_voters;
        emit Admitted(member, kind, voting, officer, profile);
    }

    function _changeStanding(Matter matter, bytes32 member, bytes32 digest, string memory reason) private {
        Member storage record = _members[member];
        Standing standing = record.standing;
        require(standing != Standing.None, MembersUnknown(member));
        if (matter == Matter.Suspend) {
            require(standing == Standing.Active, MembersWrongStanding(member, standing));
            _silence(member, record);
            record.standing = Standing.Suspended;
            emit Suspended(member, digest, reason);
        } else if (matter == Matter.Reinstate) {
            require(standing == Standing.Suspended, MembersWrongStanding(member, standing));
            if (record.voting) ++_voters;
            record.standing = Standing.Active;
            emit Reinstated(member, digest, reason);
        } else {
            require(standing != Standing.Expelled, MembersWrongStanding(member, standing));
            if (standing == Standing.Active) _silence(member, record);
            record.standing = Standing.Expelled;
            emit Expelled(member, digest, reason);
        }
    }

    /// @dev Takes a member's vote away; the consortium never loses its last one.
    function _silence(bytes32 member, Member storage record) private {
        if (!record.voting) return;
        require(_voters > 1, MembersLastVoter(member));
        --_voters;
    }

    function _replaceOfficer(bytes32 member, address account) private {
        _present(member);
        Member storage record = _members[member];
        address previous = record.officer;
        delete _memberOf[previous];
        if (_memberOf[account] != member) _bind(account, member);
        record.officer = account;
        emit OfficerReplaced(member, previous, account);
    }

    function _publish(uint32 version, bytes32 digest, uint64 from, string memory title) private {
        require(digest != 0, MembersInvalid());
        if (block.timestamp >= _binding) _before = _version;
        _version = version;
        _digest = digest;
        _binding = from;
        emit AgreementPublished(version, digest, from, title);
    }

    function _install(bytes32 name, address current) private {
        require(name != 0 && current != address(0), MembersInvalid());
        address previous = _addresses[name];
        _addresses[name] = current;
        emit Installed(name, current, previous);
    }

    function _bind(address account, bytes32 member) private {
        require(account != address(0), MembersInvalid());
        require(_memberOf[account] == 0, MembersAccountTaken(account));
        _memberOf[account] = member;
    }

    function _dismiss(address account, bytes32 member) private {
        require(_memberOf[account] == member && account != _members[member].officer, MembersAccountUnknown(account));
        delete _memberOf[account];
    }

    /// @dev Reverts unless the member is active or suspended.
    function _present(bytes32 member) private view {
        Standing standing = _members[member].standing;
        require(standing != Standing.None, MembersUnknown(member));
        require(standing != Standing.Expelled, MembersWrongStanding(member, standing));
    }

    /// @dev A new version binds from its date on; until then the last one that was binding, or any since, will do.
    function _signed(Member storage record) private view returns (bool) {
        uint32 signed = record.agreement;
        return signed == _version || (block.timestamp < _binding && signed != 0 && signed >= _before);
    }

    function _count(bytes32 hash, bytes[] calldata votes) private view returns (address[] memory voters) {
        uint256 needed = quorum();
        require(votes.length >= needed && votes.length <= _voters, MembersNotCarried(votes.length, needed));
        voters = new address[](votes.length);
        address last = address(0);
        for (uint256 i = 0; i < votes.length; ++i) {
            address voter = _signer(hash, votes[i]);
            require(voter > last, MembersVotesUnordered(voter));
            Member storage record = _members[_memberOf[voter]];
            require(
                record.officer == voter && record.voting && record.standing == Standing.Active,
                MembersVoterUnknown(voter)
            );
            voters[i] = voter;
            last = voter;
        }
    }

    function _hash(Motion calldata motion) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                _MOTION,
                motion.serial,
                motion.matter,
                motion.subject,
                motion.kind,
                motion.voting,
                motion.account,
                motion.number,
                motion.from,
                motion.digest,
                keccak256(bytes(motion.text)),
                motion.notAfter
            )
        );
    }
}
