"""The documentation names what there is, in both languages, and its links lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
import typer
from tests.house.house import DOCS, KITS, ROOMS, ROOT, documentation, python_files, slices, tracked

from tcmchain.settings import CustodianSettings, Settings

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_LANGUAGES = ("zh", "en")


def _prose() -> list[Path]:
    return [p for p in tracked() if p.suffix == ".md"]


def _commands(command: click.Command, words: tuple[str, ...]) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from _commands(child, (*words, name))
    elif not command.hidden:
        yield " ".join(words)


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_follow__every_link_between_documents__leads_somewhere() -> None:
    broken = []
    for path in _prose():
        for link in _LINK.findall(path.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:", link):
                continue
            target, _, anchor = unquote(link).partition("#")
            there = (path.parent / target).resolve() if target else path
            if not there.exists() or (anchor and there.suffix == ".md" and anchor not in _anchors(there)):
                broken.append(f"{path.relative_to(ROOT)}: {link}")
    assert broken == []


def test_read__cli__every_command_is_documented() -> None:
    from tcmchain.cli import app

    prose = documentation()
    missing = [c for c in _commands(typer.main.get_command(app), ("tcmchain",)) if c not in prose]
    assert missing == []


@pytest.mark.parametrize("language", _LANGUAGES)
def test_read__settings__every_one_is_documented(language: str) -> None:
    guide = (DOCS / "guides" / language / "operator.md").read_text(encoding="utf-8")
    names = {f"TCMCHAIN_{name.upper()}" for name in Settings.model_fields}
    names |= {f"TCMCHAIN_CUSTODIAN_{name.upper()}" for name in CustodianSettings.model_fields}
    code = "\n".join(p.read_text(encoding="utf-8") for p in python_files("src"))
    names |= set(re.findall(r"TCMCHAIN_[A-Z_]*[A-Z]", code)) - {"TCMCHAIN_CUSTODIAN"}
    assert {name for name in names if f"`{name}`" not in guide} == set()
    assert set(re.findall(r"TCMCHAIN_[A-Z_]*[A-Z]", documentation())) <= names


def test_read__guides__are_there_in_both_languages() -> None:
    zh, en = ({p.name for p in (DOCS / "guides" / language).glob("*.md")} for language in _LANGUAGES)
    assert zh == en
    assert {f"{name}.md" for name in _HANDS} <= zh


_HANDS = (
    "start grower merchant factory lab hospital regulator operator developer".split()  # noqa: SIM905
)


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_read__readme__names_both_commands_and_every_slice(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert "make run" in text
    assert "make test" in text
    assert [name for name in slices() if f"`{name}`" not in text] == []


def test_read__makefile__every_target_in_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)`", documentation())) <= targets


def test_read__glossary__holds_every_slice_kit_and_room() -> None:
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    wanted = {*slices(), *KITS, *ROOMS}
    assert {name for name in wanted if f"`{name}`" not in glossary} == set()


def test_read__glossary__every_row_has_chinese_english_and_identifier() -> None:
    rows = re.findall(r"^\|(.+)\|$", (DOCS / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    cells = [[cell.strip() for cell in row.split("|")] for row in rows if not set(row) <= set("|-: ")]
    words = [row for row in cells if not row[0].startswith("中文")]
    assert len(words) > 40
    assert [row for row in words if len(row) < 3 or not re.search("[一-鿿]", row[0]) or not all(row[:3])] == []


def test_read__glossary__every_identifier_is_used() -> None:
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    cells = [row.split("|")[3] for row in re.findall(r"^\|.+\|$", glossary, re.MULTILINE)]
    named = {word for cell in cells for word in re.findall("`([^`]+)`", cell)}
    code = "\n".join(
        f"{p.relative_to(ROOT)}\n{p.read_text(encoding='utf-8')}"
        for p in tracked()
        if p.suffix in {".py", ".sol"} or p.name in {"Makefile", ".importlinter"}
    )
    assert {word for word in named if word not in code} == set()


def test_read__decisions__are_numbered_and_end_with_what_enforces_them() -> None:
    decisions = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(p.name[:4]) for p in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        last = path.read_text(encoding="utf-8").rstrip().rsplit("\n\n", 1)[-1]
        enforced = re.findall(r"`((?:tests|bench|contracts/test|\.importlinter|Makefile)[^`]*)`", last)
        assert enforced, f"{path.name} does not end with what enforces it"
        assert [name for name in enforced if not (ROOT / name.split("::")[0]).exists()] == [], path.name
