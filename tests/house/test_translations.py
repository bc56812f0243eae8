"""Every sentence that people read is there in both languages."""

import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from tests.house.house import PACKAGE, tracked

_PO = PACKAGE / "web" / "locale" / "en" / "LC_MESSAGES" / "tcmchain.po"
_KEYWORDS = {"_": None, "N_": None, "gettext": None}
_PLACE = re.compile(r"%\((\w+)\)[sd]")
_CHINESE = re.compile("[一-鿿]")


def _sources() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        if path.is_relative_to(PACKAGE) and path.suffix == ".py":
            yield path, "python"
        elif path.is_relative_to(PACKAGE) and path.suffix == ".html":
            yield path, "jinja2.ext:babel_extract"


def _wanted() -> set[str]:
    found: set[str] = set()
    for path, method in _sources():
        for _, message, _, _ in extract_from_file(method, str(path), keywords=_KEYWORDS):
            found.update([message] if isinstance(message, str) else message)
    return {message for message in found if message}


@pytest.fixture(scope="module")
def english() -> Catalog:
    with _PO.open("rb") as file:
        return read_po(file, locale="en")


def test_translate__every_sentence__has_english_words(english: Catalog) -> None:
    missing = {m for m in _wanted() if m not in english or not english[m].string or english[m].fuzzy}
    assert missing == set()


def test_translate__every_sentence__keeps_its_values(english: Catalog) -> None:
    astray = [m.id for m in english if m.id and set(_PLACE.findall(m.id)) != set(_PLACE.findall(m.string))]
    assert astray == []


def test_translate__english_words__are_not_chinese(english: Catalog) -> None:
    # Whoever reads English may still search in Chinese: one herb serves as the example.
    assert [m.id for m in english if m.id and _CHINESE.search(m.string.replace("人参", ""))] == []


def test_compile__catalogue__is_the_one_committed(english: Catalog) -> None:
    with _PO.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert [m.id for m in english if m.id and m.string and compiled.gettext(m.id) != m.string] == []


def test_translate__templates__hold_no_chinese_outside_a_message() -> None:
    astray = []
    for path in tracked():
        if path.is_relative_to(PACKAGE) and path.suffix == ".html":
            text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            astray += [f"{path.relative_to(PACKAGE)}: {m.group()}" for m in re.finditer("[一-鿿]+", text)]
    assert astray == []
