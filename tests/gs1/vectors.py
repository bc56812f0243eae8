"""Published examples, and elements made at random by the rules of the General Specifications.

``digital_links.csv`` holds the cases of the GS1 Barcode Syntax Engine (github.com/gs1/gs1-syntax-engine of 2026-06-23,
Apache-2.0): an address and the element string it says, with ``^`` for FNC1, empty where it is to be refused; ``option``
names what that engine takes only when asked. ``tags.csv`` and ``epcs.csv`` hold the examples of the EPC Tag Data
Standard, chapters 6 and 7 and annex E.3, with the errata that implementers agree on.
"""

import csv
from pathlib import Path

from hypothesis import strategies as st

from tcmchain.gs1.ais import identifiers
from tcmchain.gs1.check import with_check_digit
from tcmchain.gs1.elements import Element

_DATA = Path(__file__).parent / "data"
SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_DATES = st.dates().map(lambda day: day.strftime("%y%m%d"))
_CHECKED = {"00": 17, "01": 13, "402": 16, "410": 12, "413": 12, "414": 12, "417": 12, "8017": 17, "8018": 17}


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table of examples."""
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digits(length: int) -> st.SearchStrategy[str]:
    """So many digits."""
    return st.text("0123456789", min_size=length, max_size=length)


def values(ai: str) -> st.SearchStrategy[str]:
    """Data that an application identifier may hold; of the common ones."""
    if ai in _CHECKED:
        return digits(_CHECKED[ai]).map(with_check_digit)
    if ai in ("11", "13", "15", "16", "17"):
        return _DATES
    (part,) = identifiers()[ai].components
    characters = "0123456789" if part.set == "N" else SET_82
    return st.text(characters, min_size=part.least, max_size=part.most)


COMMON = ("00", "01", "10", "11", "13", "17", "20", "21", "22", "240", "30", "3103", "37", "400", "410", "414", "8018")


@st.composite
def element_lists(draw: st.DrawFn, of: tuple[str, ...] = COMMON) -> list[Element]:
    """Different application identifiers with their data."""
    chosen = draw(st.lists(st.sampled_from(of), min_size=1, max_size=6, unique=True))
    return [Element(ai, draw(values(ai))) for ai in chosen]
