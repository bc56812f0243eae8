"""Rule sets: what this node would check by, what pharmacists have signed, and the bytes of each to replay by."""

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.ipfs.errors import BlockErased, BlockMissing
from tcmchain.ipfs.store import BlockStore
from tcmchain.practitioners.service import Practitioners
from tcmchain.prescriptions.contract import PrescriptionsCalls
from tcmchain.prescriptions.model import refusals
from tcmchain.prescriptions.model.rights import PublishedRules
from tcmchain.prescriptions.model.rules import RuleSet
from tcmchain.prescriptions.readmodel.records import PrescriptionsRecords
from tcmchain.prescriptions.service.rights import PHARMACIST
from tcmchain.prescriptions.service.sealed import cid_of
from tcmchain.values import Address, Hash32

_LONGEST_CHANGES: Final = 1000


class RuleSets:
    """Rule sets by their number. One that was signed is used by its bytes, never by what the tables say today."""

    def __init__(
        self,
        calls: PrescriptionsCalls,
        records: PrescriptionsRecords,
        practitioners: Practitioners,
        blocks: BlockStore,
    ) -> None:
        self._calls = calls
        self._records = records
        self._practitioners = practitioners
        self._blocks = blocks
        self._read: dict[Hash32, RuleSet] = {}

    def published(self) -> Sequence[PublishedRules]:
        """Rule sets that were signed, the newest first."""
        return self._records.all_rules()

    def newest(self) -> int:
        """The number of the rule set that was signed last, 0 before any was."""
        found = self._records.rules()
        return 0 if found is None else found.version

    def published_as(self, version: int) -> PublishedRules:
        """A signed rule set; raises ``RulesUnpublished``."""
        found = self._records.rules(version)
        if found is None:
            raise refusals.RulesUnpublished(version=version)
        return found

    async def written(self, version: int) -> bytes:
        """The bytes of a signed rule set, held against what was signed; raises ``RulesUnpublished``, ``RulesMissing``.

        Those that this node's own tables give need no store.
        """
        published = self.published_as(version)
        own = drafted(version)
        if _digest(own) == published.digest:
            return own
        try:
            return await self._blocks.get(cid_of(published.digest))
        except (BlockMissing, BlockErased) as error:
            raise refusals.RulesMissing(version=version) from error

    async def rule_set(self, version: int) -> RuleSet:
        """A signed rule set, ready to check by; raises as :meth:`written`."""
        published = self.published_as(version)
        if published.digest not in self._read:
            self._read[published.digest] = RuleSet.read(await self.written(version))
        return self._read[published.digest]

    async def publish(self, pharmacist: Address, name: str, changes: str) -> list[Call]:
        """As a licensed pharmacist, sign what this node's tables say as the next rule set.

        The bytes are kept first, so that every node can replay by them. Raises ``NotPrescriber`` and
        ``RulesStandAlready``.
        """
        if not self._practitioners.may_act(pharmacist, PHARMACIST):
            raise refusals.NotPrescriber(account=pharmacist)
        newest = self._records.rules()
        if newest is not None and _digest(drafted(newest.version)) == newest.digest:
            raise refusals.RulesStandAlready(version=newest.version)
        version = newest.version + 1 if newest else 1
        content = drafted(version)
        await self._blocks.put(content)
        facts = {"changes": changes[:_LONGEST_CHANGES], "name": name}
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return [self._calls.publish_rules(version, _digest(content), text)]


@lru_cache(maxsize=4)
def drafted(version: int) -> bytes:
    """What the tables of this program give as a rule set of a number."""
    return RuleSet.from_terms(version).write()


def _digest(content: bytes) -> Hash32:
    return Hash32("0x" + hashlib.sha256(content).hexdigest())
