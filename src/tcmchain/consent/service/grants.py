"""Grants: signed on the patient's device, brought to the chain by the node, known to it as commitments only."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from starlette.concurrency import run_in_threadpool

from tcmchain.chain.calls import Call
from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import Signer
from tcmchain.chain.typed_data import TypedData, recover
from tcmchain.consent.contract import ConsentCalls, grant_id
from tcmchain.consent.model.errors import (
    GrantKnownAlready,
    GrantUnknown,
    GrantWithdrawn,
    MayNotGrant,
    RelayBusy,
    WrongEnd,
)
from tcmchain.consent.model.granted import Granted, Reading
from tcmchain.consent.model.terms import Grant
from tcmchain.consent.readmodel.records import ConsentRecords
from tcmchain.patients.service import Patients
from tcmchain.values import Address, Hash32, MemberId, UnixTime
from tcmchain.web.allowance import Allowance

_A_MINUTE: Final = 60


class Grants:
    """A grant is the patient's signature, so nobody signs in to hand one in; the node's relay pays and sends.

    Each patient may have 60 grants a minute relayed.
    """

    def __init__(
        self,
        calls: ConsentCalls,
        records: ConsentRecords,
        patients: Patients,
        sender: Sender,
        relay: Signer,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._calls = calls
        self._records = records
        self._patients = patients
        self._sender = sender
        self._relay = relay
        self._now = now
        self._allowance = Allowance(_A_MINUTE)

    def grant(self, grant: Hash32) -> Granted:
        """A grant by its id; raises ``GrantUnknown``."""
        found = self._records.grant(grant)
        if found is None:
            raise GrantUnknown(id=grant)
        return found

    def grants(self, patient: Address, offset: int = 0, limit: int = 200) -> Sequence[Granted]:
        """Grants of a patient, the newest first. Whom they are for, only the parties know."""
        return self._records.grants(patient, offset, limit)

    def in_force(self, patient: Address) -> Sequence[Granted]:
        """Grants of a patient that can be used now, as far as the chain alone can tell."""
        return self._records.in_force(patient, UnixTime(int(self._now())))

    async def typed(self, grant: Grant) -> TypedData:
        """What the patient, or a proxy, signs."""
        return await self._calls.typed(grant)

    async def relay(self, grant: Grant, signature: str) -> tuple[Hash32, Hash32]:
        """Bring a signed grant to the chain; answers its id and the transaction, which is on its way.

        Raises ``MayNotGrant``, ``GrantKnownAlready``, ``WrongEnd``, ``RelayBusy``, ``SignatureInvalid`` and what the
        contract refuses.
        """
        signer = recover((await self._calls.typed(grant)).digest(), signature)
        await run_in_threadpool(self._check, grant, signer)
        call = self._calls.grant(grant, signature)
        await self._sender.check([call], self._relay.address)
        wait = self._allowance.spend(grant.patient, self._now())
        if wait:
            raise RelayBusy(seconds=wait)
        (tx,) = await self._sender.send([call], self._relay)
        return grant_id(grant), tx

    def withdraw(self, grant: Hash32) -> list[Call]:
        """Withdraw a grant; raises ``GrantUnknown`` and ``GrantWithdrawn``."""
        if self.grant(grant).withdrawn:
            raise GrantWithdrawn(id=grant)
        return [self._calls.withdraw(grant)]

    def pass_on(self, parent: Hash32, salt: Hash32, terms: Hash32, until: UnixTime) -> list[Call]:
        """Pass on what a grant gives; raises ``GrantUnknown``, ``GrantWithdrawn`` and ``WrongEnd``."""
        found = self.grant(parent)
        if found.withdrawn:
            raise GrantWithdrawn(id=parent)
        if until > found.until:
            raise WrongEnd(until=until)
        return [self._calls.pass_on(parent, salt, terms, until)]

    async def reads(self, grant: Hash32, terms: Hash32, reader: Address) -> Reading:
        """Whether a reader who opened these terms can use a grant now, as the chain answers and this clock allows.

        A chain's clock stands still between its blocks, so an end is looked at here too.
        """
        why = await self._calls.reads(grant, terms, reader)
        if why is Reading.ALLOWED and await run_in_threadpool(self._is_over, grant):
            return Reading.EXPIRED
        return why

    async def may_write(self, grant: Hash32, patient: Address, salt: Hash32, member: MemberId) -> bool:
        """Whether a grant lets a member append to a folder now, as the chain answers and this clock allows."""
        allowed = await self._calls.may_write(grant, patient, salt, member)
        return allowed and not await run_in_threadpool(self._is_over, grant)

    def _is_over(self, grant: Hash32) -> bool:
        found = self._records.grant(grant)
        return found is not None and found.until < self._now()

    def _check(self, grant: Grant, signer: Address) -> None:
        if not self._patients.may_act(grant.patient, signer):
            raise MayNotGrant(patient=grant.patient, signer=signer)
        if self._records.grant(found := grant_id(grant)) is not None:
            raise GrantKnownAlready(id=found)
