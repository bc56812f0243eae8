"""What the project stands on may be used in a work under the GNU General Public License, version 3 or later."""

import json
import re
import tomllib
from importlib.metadata import metadata

import pytest
from tests.house.house import DOCS, ROOT

_COMPATIBLE = re.compile(
    r"MIT|BSD|ISC|Apache|MPL-2\.0|Mozilla|LGPL|AGPL|GPL-3\.0|GNU|OFL|0BSD|CC0|Unlicense|Zlib", re.IGNORECASE
)


def _python_packages() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(d for group in project["optional-dependencies"].values() for d in group)]
    return sorted({name for found in wanted if (name := re.split(r"[^\w.-]", found)[0])})


def _npm_packages() -> list[tuple[str, str]]:
    found = []
    for path in (ROOT / "contracts" / "package.json", ROOT / "frontend" / "package.json"):
        package = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        folder = path.parent.name
        found += [(folder, name) for group in ("dependencies", "devDependencies") for name in package.get(group, {})]
    return found


@pytest.mark.parametrize("package", _python_packages())
def test_depend__python_package__is_licensed_compatibly_and_named_in_the_decision(package: str) -> None:
    about = metadata(package)
    told = [about.get("License-Expression"), about.get("License"), *(about.get_all("Classifier") or [])]
    assert _COMPATIBLE.search("\n".join(text for text in told if text and "Python" not in text))
    assert f"`{package}`" in (DOCS / "decisions" / "0003-dependencies.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("folder", "package"), _npm_packages())
def test_depend__npm_package__is_licensed_compatibly_pinned_and_named(folder: str, package: str) -> None:
    lock = json.loads((ROOT / folder / "package-lock.json").read_text(encoding="utf-8"))
    entry = lock["packages"][f"node_modules/{package}"]
    assert _COMPATIBLE.search(entry["license"])
    assert entry["integrity"].startswith("sha512-")
    assert f"`{package}`" in (DOCS / "decisions" / "0003-dependencies.md").read_text(encoding="utf-8")
