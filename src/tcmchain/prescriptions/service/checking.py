"""The check as it is asked for at a door: by a signed rule set, with sentences, bounded, and kept nowhere."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from tcmchain.prescriptions.model.checking import check
from tcmchain.prescriptions.model.findings import Verdict
from tcmchain.prescriptions.model.prescription import Prescription
from tcmchain.prescriptions.model.reading import document_of, prescription_of
from tcmchain.prescriptions.model.refusals import TooManyChecks
from tcmchain.prescriptions.model.rules import RuleSet
from tcmchain.prescriptions.service.rulesets import RuleSets, drafted
from tcmchain.web.allowance import Allowance

_A_MINUTE: Final = 6_000
"""A hospital behind one address, where twenty people write at once."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked, by which rules, and what was found; ``published`` is 0 before a pharmacist signed any."""

    prescription: Prescription
    rules: RuleSet
    published: int
    verdict: Verdict

    @property
    def document(self) -> dict[str, Any]:
        """The prescription as it was read, as JSON."""
        return document_of(self.prescription)

    @property
    def written(self) -> dict[str, Any]:
        """The verdict as JSON."""
        told: dict[str, Any] = json.loads(self.verdict.write())
        return told


class Checking:
    """Checks and replays. Plaintext is in memory while a request is answered, and nowhere else."""

    def __init__(self, rule_sets: RuleSets, now: Callable[[], float] = time.time) -> None:
        self._rule_sets = rule_sets
        self._allowance = Allowance(_A_MINUTE)
        self._now = now

    async def check(self, prescription: Mapping[str, Any], version: int | None, place: str) -> Checked:
        """Check by a signed rule set, by the one in force if none is named.

        Before any was signed the node's own tables serve, as version 0, so that one can see what they say.
        Raises ``LineUnreadable``, ``RulesUnpublished``, ``RulesMissing`` and ``TooManyChecks``.
        """
        seconds = self._allowance.spend(place, self._now())
        if seconds:
            raise TooManyChecks(seconds=seconds)
        read = prescription_of(dict(prescription))
        published = self._rule_sets.newest() if version is None else version
        rules = await self._rule_sets.rule_set(published) if published else await run_in_threadpool(_unsigned)
        return Checked(read, rules, published, check(read, rules))

    async def replay(
        self, prescription: Mapping[str, Any], version: int, verdict: Mapping[str, Any], place: str
    ) -> tuple[Checked, bool]:
        """Check anew by the rule set of then; answers also whether the verdict is the same, byte by byte.

        Raises as :meth:`check`.
        """
        again = await self.check(prescription, version, place)
        return again, again.written == dict(verdict)


def _unsigned() -> RuleSet:
    return RuleSet.read(drafted(0))
