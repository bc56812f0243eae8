"""What tests share: engines that may be missing, no way to other machines, a PostgreSQL of their own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from tcmchain.settings import Settings

KUBO = Path(__file__).parents[1] / ".kubo" / "ipfs"
_CI = os.environ.get("CI") == "true"
_POSTGRES_URL = "postgresql+psycopg://postgres@/postgres?host={folder}"


def _no_executor() -> str | None:
    executor = Settings().executor
    return None if executor.exists() else "the chains' executor is not installed: make install"


def _no_browser() -> str | None:
    if shutil.which("chromium") is None:
        return "Debian's chromium is not installed and could not be: apt-get install chromium fonts-noto-cjk"
    return None


def _postgres_programs() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "pg_ctl").exists()), None)


def _no_postgres() -> str | None:
    return None if _postgres_programs() else "PostgreSQL is not installed: apt-get install postgresql"


def _no_kubo() -> str | None:
    return None if KUBO.exists() else "Kubo is not built: make kubo, which needs Go"


_NEEDS: dict[str, Callable[[], str | None]] = {
    "engine": _no_executor,
    "browser": _no_browser,
    "postgres": _no_postgres,
    "kubo": _no_kubo,
}
_FAIL_IN_CI = {"engine", "browser"}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Report a test whose engine is missing as not run, or in CI as failed."""
    for marker, reason in _NEEDS.items():
        missing = reason() if item.get_closest_marker(marker) else None
        if missing and _CI and marker in _FAIL_IN_CI:
            pytest.fail(f"not run: {missing}", pytrace=False)
        if missing:
            pytest.skip(f"not run: {missing}")


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine() -> Iterator[None]:
    """No test may speak to another machine."""
    connect = socket.socket.connect

    def connect_nearby(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_nearby(address[0]):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_nearby)
        yield


def _is_nearby(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy address of a PostgreSQL started for this run; only for tests marked ``postgres``."""
    programs = _postgres_programs()
    assert programs is not None
    owner = None if os.getuid() else pwd.getpwnam("nobody")
    folder = Path(tempfile.mkdtemp(prefix="tcmchain-postgres-"))
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, "-D", folder / "data", *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            user=owner and owner.pw_uid,
            group=owner and owner.pw_gid,
        )

    run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-k {folder} -c listen_addresses='' -c fsync=off")
    try:
        yield _POSTGRES_URL.format(folder=folder)
    finally:
        run("pg_ctl", "stop", "-m", "immediate")
        shutil.rmtree(folder, ignore_errors=True)
