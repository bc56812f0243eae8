"""Forms of herbs, from the field to the counter, and how much of one can become another."""

from dataclasses import dataclass
from functools import cache

from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.herbs import Herb, Part, herb
from tcmchain.terms.methods import Method, method
from tcmchain.terms.tables import Source, Term, rows, sources
from tcmchain.values import FormId


@dataclass(frozen=True, slots=True, kw_only=True)
class State(Term):
    """How far a herb has come: fresh, dried, sliced, …; processing only ever raises the rank."""

    id: str
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Term):
    """A herb's part in a state. ``id`` is the short text that stands on chain; ``pinyin`` is without tones."""

    id: FormId
    herb: Herb
    state: State
    pinyin: str
    latin: str

    @property
    def part(self) -> Part:
        """The part used."""
        return self.herb.part

    @property
    def rank(self) -> int:
        """The place in the order of forms."""
        return self.state.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """At most how much of ``source`` becomes ``product``, in millionths of its mass.

    Where ``auxiliary_ppm`` is more than zero, ``source`` is an auxiliary such as honey, and what it adds is at most
    this share of what the main material gives. ``method`` is the usual processing, ``basis`` where the figure is from.
    """

    source: FormId
    product: FormId
    ppm: int
    auxiliary_ppm: int
    method: Method
    basis: Source


@cache
def states() -> dict[str, State]:
    """The states by id."""
    return {r["id"]: State(id=r["id"], zh=r["zh"], en=r["en"], rank=int(r["rank"])) for r in rows("states")}


@cache
def _by_id() -> dict[str, Form]:
    return {
        row["id"]: Form(
            id=FormId(row["id"]),
            zh=row["zh"],
            en=row["en"],
            herb=herb(row["herb"]),
            state=states()[row["state"]],
            pinyin=row["pinyin"],
            latin=row["latin"],
        )
        for row in rows("forms")
    }


def forms() -> tuple[Form, ...]:
    """All forms, herb by herb."""
    return tuple(_by_id().values())


def form(id: str) -> Form:
    """The form with this id; raises :class:`TermUnknown`."""
    try:
        return _by_id()[id]
    except KeyError:
        raise TermUnknown(f"no form {id!r}", kind="form", query=id) from None


def forms_of(herb_id: str) -> tuple[Form, ...]:
    """The forms of one herb, as it goes on."""
    return tuple(sorted((f for f in forms() if f.herb.id == herb_id), key=lambda f: f.rank))


@cache
def yields() -> tuple[Yield, ...]:
    """All yield rules."""
    return tuple(
        Yield(
            source=FormId(row["from"]),
            product=FormId(row["to"]),
            ppm=int(row["ppm"]),
            auxiliary_ppm=int(row["auxiliary_ppm"]),
            method=method(row["method"]),
            basis=sources()[row["basis"]],
        )
        for row in rows("yields")
    )


def products_of(source: str) -> tuple[Yield, ...]:
    """The rules by which ``source`` becomes something else."""
    return tuple(rule for rule in yields() if rule.source == source)
