"""Find contradictions within the tables of facts."""

from collections import defaultdict
from collections.abc import Iterator

from tcmchain.terms.check_facts import TABLES, Contradiction, faults
from tcmchain.terms.check_formulas import TABLES as FORMULA_TABLES
from tcmchain.terms.check_formulas import formula_faults
from tcmchain.terms.forms import form, forms, yields
from tcmchain.terms.herbs import herbs, shared_names
from tcmchain.terms.lookup import called
from tcmchain.terms.methods import methods
from tcmchain.terms.tables import rows

_MILLION = 1_000_000
_BEGINNINGS = {"fresh", "raw"}


def check() -> tuple[Contradiction, ...]:
    """Every contradiction found; empty when the tables agree with themselves.

    Faults of the rows themselves come first and alone, as the terms cannot be built out of rows that are at fault.
    """
    written = tuple(faults({table: rows(table) for table in TABLES}))
    if written:
        return written
    formulas = formula_faults({table: rows(table) for table in FORMULA_TABLES})
    return (*formulas, *_lengths(), *_names(), *_form_names(), *_yield_rules(), *_unreachable())


def _lengths() -> Iterator[Contradiction]:
    for id in (*(f.id for f in forms()), *(m.id for m in methods())):
        if len(id.encode()) > 31:
            yield Contradiction(id, "does not fit into 31 bytes")


def _names() -> Iterator[Contradiction]:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for herb in herbs():
        for name in {herb.id, herb.zh, herb.traditional, herb.latin, herb.en, *herb.aliases} - {""}:
            owners[name].add(herb.id)
        if len(herb.aliases) != len(herb.alias_pinyin):
            yield Contradiction(herb.id, "not every alias has its pinyin")
        if len(herb.pinyin.split()) != len(herb.zh):
            yield Contradiction(herb.id, "pinyin and name differ in length")
    for name, meant_by_it in shared_names().items():
        for herb in meant_by_it:
            if called(herb) == name:
                yield Contradiction(name, f"leaves {herb.id} without a name of its own")
        owners[name] -= {herb.id for herb in meant_by_it if herb.zh == name}
        owners[name].add("several herbs")
    for name, meant in owners.items():
        if len(meant) > 1:
            yield Contradiction(name, f"names {', '.join(sorted(meant))}")


def _form_names() -> Iterator[Contradiction]:
    seen: dict[str, str] = {}
    for f in forms():
        if f.id != f"{f.herb.id}.{f.state.id}":
            yield Contradiction(f.id, "is not named by its herb and state")
        for name in (f.zh, f.en):
            if seen.setdefault(name, f.id) != f.id:
                yield Contradiction(name, f"names {seen[name]}, {f.id}")


def _yield_rules() -> Iterator[Contradiction]:
    seen: set[tuple[str, str]] = set()
    mains = {rule.product for rule in yields() if rule.auxiliary_ppm == 0}
    for rule in yields():
        step = f"{rule.source} → {rule.product}"
        if (rule.source, rule.product) in seen:
            yield Contradiction(step, "is stated twice")
        seen.add((rule.source, rule.product))
        if form(rule.source).rank >= form(rule.product).rank:
            yield Contradiction(step, "does not raise the rank, so mass could go round in a circle")
        if not 0 < rule.ppm <= _MILLION or not 0 <= rule.auxiliary_ppm <= _MILLION:
            yield Contradiction(step, "would make mass")
        if rule.product not in mains:
            yield Contradiction(step, "has no main material")
        if rule.auxiliary_ppm == 0 and form(rule.source).herb != form(rule.product).herb:
            yield Contradiction(step, "turns one herb into another")


def _unreachable() -> Iterator[Contradiction]:
    made = {rule.product for rule in yields()}
    for f in forms():
        if f.state.id not in _BEGINNINGS and f.id not in made:
            yield Contradiction(f.id, "can be made from nothing")
