"""How long the check of a prescription takes: twenty herbs as one types, and ten thousand prescriptions on one core.

Twenty herbs are timed by the clock. Ten thousand prescriptions are one process of one thread, so its processor time is
the time of one core; the clock stands beside it, and is longer where the machine has other work.
"""

import argparse
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from measured import keep, percentile
from prescriptions import sheets
from tcmchain.prescriptions.model.checking import check
from tcmchain.prescriptions.model.findings import Verdict
from tcmchain.prescriptions.model.prescription import Line, Prescription
from tcmchain.prescriptions.model.reading import read_prescription, write_prescription
from tcmchain.prescriptions.model.rules import RuleSet
from tcmchain.terms.errors import TermAmbiguous, TermUnknown
from tcmchain.terms.lookup import find

TARGETS = {"twenty_herbs_p95_ms": 5, "all_core_seconds": 10}
SEED = 20


def as_typed(rules: RuleSet, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds of a check of twenty herbs, by the clock and of the processor."""
    times, worked = [], []
    for sheet in sheets(rounds, SEED, herbs_each=20):
        begun, before = time.perf_counter(), time.thread_time()
        check(sheet, rules)
        worked.append(1000 * (time.thread_time() - before))
        times.append(1000 * (time.perf_counter() - begun))
    return times, worked


def all_of(written: Sequence[bytes], content: bytes) -> tuple[float, float, list[Verdict]]:
    """Seconds, by the clock and of the processor, from the bytes of rules and prescriptions to those of verdicts."""
    begun, worked = time.perf_counter(), time.process_time()
    rules, verdicts = RuleSet.read(content), []
    for one in written:
        verdict = check(read_prescription(one), rules)
        verdict.write()
        verdicts.append(verdict)
    return time.perf_counter() - begun, time.process_time() - worked, verdicts


def counted(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """What was found, so that nobody has to believe that a fast check looks at everything."""
    grades = Counter("none" if one.grade is None else one.grade.word for one in verdicts)
    kinds = Counter(finding.kind.value for one in verdicts for finding in one.findings)
    return {
        "graded": dict(sorted(grades.items())),
        "findings": dict(sorted(kinds.items())),
        "not_wholly_checked": sum(bool(one.unchecked) for one in verdicts),
    }


def opened(folder: Path) -> Iterator[tuple[Prescription, int]]:
    """Open prescriptions (``*.jsonl`` with ``herbs`` as name and grams), each with how many names no table knows."""
    for file in sorted(folder.glob("*.jsonl")):
        for row in file.read_text(encoding="utf-8").splitlines():
            lines, missed = [], 0
            for text in json.loads(row).get("herbs", ()):
                name, grams = re.fullmatch(r"(.*?)(\d+(?:\.\d+)?)?(?:g|克)?", text).groups()  # type: ignore[union-attr]
                try:
                    lines.append(Line(find(name).id, name, Decimal(grams or 0)))
                except (TermUnknown, TermAmbiguous):
                    missed += 1
            yield Prescription(tuple(lines)), missed


def measure(count: int, rounds: int, folder: Path | None) -> None:
    """Check, count, keep the figures."""
    rules = RuleSet.from_terms(1)
    times, busy = as_typed(rules, rounds)
    content, written = rules.write(), [write_prescription(sheet) for sheet in sheets(count, SEED + 1)]
    seconds, worked, verdicts = all_of(written, content)
    figures = {"twenty_herbs_p95_ms": round(percentile(times, 0.95), 3), "all_core_seconds": round(worked, 2)}
    found: dict[str, Any] = {}
    if folder is not None:
        given = list(opened(folder))
        took, _, open_verdicts = all_of([write_prescription(sheet) for sheet, _ in given], content)
        found["open_prescriptions"] = {
            "count": len(given),
            "lines": sum(len(sheet.lines) for sheet, _ in given),
            "names_refused": sum(missed for _, missed in given),
            "seconds": round(took, 3),
            **counted(open_verdicts),
        }
    keep(
        "check",
        other_work=round(os.getloadavg()[0], 1),
        herbs_in_rule_set=len(rules.herbs),
        rule_set_bytes=len(content),
        checks_of_twenty=len(times),
        **figures,
        twenty_herbs_median_ms=round(percentile(times, 0.5), 3),
        twenty_herbs_processor_p95_ms=round(percentile(busy, 0.95), 3),
        twenty_herbs_p99_ms=round(percentile(times, 0.99), 3),
        all_clock_seconds=round(seconds, 2),
        prescriptions=count,
        seed=SEED,
        generated=counted(verdicts),
        **found,
        targets=TARGETS,
        reached=all(figures[name] <= target for name, target in TARGETS.items()),
    )


def main() -> None:
    """Measure as asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5_000)
    parser.add_argument("--open", type=Path, help="folder with open prescriptions, one JSON a line")
    given = parser.parse_args()
    measure(given.count, given.rounds, given.open)


if __name__ == "__main__":
    main()
