"""Files and functions stay small enough to be read in one go."""

import ast
from pathlib import Path

import pytest
from tests.house.house import PACKAGE, ROOT, python_files, tracked, tree


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _functions(path: Path) -> list[tuple[str, int]]:
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _share_within(sizes: list[int], limit: int) -> float:
    return sum(size <= limit for size in sizes) / len(sizes)


def test_read__any_python_file__ends_before_four_hundred_lines() -> None:
    sizes = {str(p.relative_to(ROOT)): _lines(p) for p in python_files("src", "tests", "bench")}
    assert {name: size for name, size in sizes.items() if size > 400} == {}


def test_read__files_of_the_package__nine_of_ten_end_before_line_250() -> None:
    assert _share_within([_lines(p) for p in python_files("src")], 250) >= 0.9


def test_read__any_function_of_the_package__ends_before_sixty_lines() -> None:
    sizes = dict(pair for p in python_files("src") for pair in _functions(p))
    assert {name: size for name, size in sizes.items() if size > 60} == {}


def test_read__functions_of_the_package__nine_of_ten_end_before_thirty_lines() -> None:
    assert _share_within([size for p in python_files("src") for _, size in _functions(p)], 30) >= 0.9


@pytest.mark.parametrize(("folder", "suffix", "limit"), [("contracts/src", ".sol", 300), ("frontend/src", ".js", 400)])
def test_read__any_contract_or_script__ends_before_its_limit(folder: str, suffix: str, limit: int) -> None:
    found = [p for p in tracked() if p.is_relative_to(ROOT / folder) and p.suffix == suffix]
    # An interface is a list of events, errors and signatures: it has no depth to lose one's way in.
    sizes = {p.name: _lines(p) for p in found if not p.name.startswith("I")}
    assert {name: size for name, size in sizes.items() if size > limit} == {}


def test_read__package__has_a_mark_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").exists()
