"""What an officer signs for its own member: the agreement, and who may act as operator."""

from tcmchain.chain.calls import Call
from tcmchain.chain.typed_data import TypedData, recover
from tcmchain.members.contract import MembersCalls
from tcmchain.members.model.agreements import Agreement, Appointment
from tcmchain.members.model.errors import (
    AccountTaken,
    AccountUnknown,
    AgreementUnknown,
    AllSettledAlready,
    MemberUnknown,
    NotOfficer,
    WrongSerial,
    WrongVersion,
)
from tcmchain.members.model.membership import Member, Role
from tcmchain.members.readmodel.records import MembersRecords
from tcmchain.values import Address, MemberId


class Signing:
    """Messages for officers to sign, and the calls that hand their signatures to every chain."""

    def __init__(self, calls: MembersCalls, records: MembersRecords) -> None:
        self._calls = calls
        self._records = records

    def agreement(self, member: MemberId, version: int | None = None) -> TypedData:
        """What the officer signs to accept the newest agreement; raises ``WrongVersion`` when it is not ``version``."""
        self._member(member)
        return self._calls.agreement_signed(member, self._newest(version))

    def sign_agreement(self, member: MemberId, version: int, signature: str) -> list[Call]:
        """Hand the signature to every chain that lacks it.

        Raises ``NotOfficer``, ``WrongVersion`` or ``AllSettledAlready``.
        """
        typed = self.agreement(member, version)
        self._by_officer(member, typed, signature)
        chains = self._records.unsigned_on(member, version)
        if not chains:
            raise AllSettledAlready(member=member)
        return [self._calls.sign_agreement(chain, member, version, signature) for chain in chains]

    def appointment(self, member: MemberId, account: Address, appointed: bool) -> Appointment:
        """The next appointment (or dismissal) of an operator; raises ``AccountTaken`` or ``AccountUnknown``."""
        self._member(member)
        known = self._records.account(account)
        if appointed and known is not None:
            raise AccountTaken(account=account)
        if not appointed and (known is None or known.member != member or known.role is not Role.OPERATOR):
            raise AccountUnknown(account=account)
        serial = max(self._records.appointments(member).values(), default=0) + 1
        return Appointment(member, account, appointed, serial)

    def typed(self, appointment: Appointment) -> TypedData:
        """What the officer signs to appoint or dismiss."""
        return self._calls.appointment(appointment)

    def appoint(self, appointment: Appointment, signature: str) -> list[Call]:
        """Hand the signature to every chain that lacks it; raises ``NotOfficer`` or ``WrongSerial``."""
        self._member(appointment.member)
        self._by_officer(appointment.member, self.typed(appointment), signature)
        last = self._records.appointments(appointment.member)
        chains = [chain for chain, serial in last.items() if serial + 1 == appointment.serial]
        if not chains:
            raise WrongSerial(expected=max(last.values()) + 1, given=appointment.serial)
        return [self._calls.appoint(chain, appointment, signature) for chain in chains]

    def _member(self, member: MemberId) -> Member:
        found = self._records.member(member)
        if found is None:
            raise MemberUnknown(member=member)
        return found

    def _newest(self, version: int | None) -> Agreement:
        found = self._records.agreement()
        if found is None:
            raise AgreementUnknown(version=version or 0)
        if version is not None and version != found.version:
            raise WrongVersion(expected=found.version, given=version)
        return found

    def _by_officer(self, member: MemberId, typed: TypedData, signature: str) -> None:
        signer = recover(typed.digest(), signature)
        if signer != self._member(member).officer:
            raise NotOfficer(member=member, signer=signer)
