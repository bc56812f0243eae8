"""A backup taken while the node writes, put back elsewhere; and backups that nobody should trust."""

import gzip
import io
import json
import sqlite3
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.running import RunningNode, running_node

from tcmchain.errors import TcmChainError
from tcmchain.example import cast
from tcmchain.node import Node
from tcmchain.operating.backing_up import back_up
from tcmchain.operating.errors import (
    BackupAltered,
    BackupForeign,
    BackupInsideHome,
    BackupThereAlready,
    BackupTorn,
    HomeNotEmpty,
    HomeUnknown,
    LogDamaged,
    NoBackup,
)
from tcmchain.operating.restoring import restore
from tcmchain.provenance.contract import Deed
from tcmchain.settings import Settings
from tcmchain.values import FormId, LotId, Milligrams, QuotaId, UnixTime

FRESH = FormId("renshen.fresh")
DEED = Deed(UnixTime(1_760_000_000), {"plot": "FS-A12"})


def _silent(what: str, done: int, total: int) -> None:
    assert 0 <= done <= max(total, 1), what


def _found(running: RunningNode) -> QuotaId:
    steps, grower = running.node.steps, cast.member("grower")
    for key in ("regulator", "grower"):
        running.sign_agreement(key)
    running.take("regulator", steps.declare_form(FRESH, 1, {}))
    until = UnixTime(4_000_000_000)
    running.take("regulator", steps.certify_quota("Q-1", grower, FRESH, Milligrams(10**12), until, {}))
    return QuotaId(running.node.ledger.quotas(grower)[0].id)


class Harvest:
    """Commissions lot after lot until told to stop."""

    def __init__(self, running: RunningNode, quota: QuotaId) -> None:
        self._running = running
        self._quota = quota
        self.taken: list[str] = []

    @contextmanager
    def going_on(self) -> Iterator[None]:
        going = threading.Event()
        worker = threading.Thread(target=self._work, args=(going,))
        worker.start()
        try:
            yield
        finally:
            going.set()
            worker.join(30)

    def _work(self, stop: threading.Event) -> None:
        while not stop.is_set():
            number = f"F-{len(self.taken) + 1}"
            call = self._running.node.steps.commission(self._quota, number, Milligrams(1000), None, DEED)
            self._running.take("grower", call)
            self.taken.append(number)


def _lots(running: RunningNode) -> dict[str, LotId]:
    found: dict[str, LotId] = {}
    while page := running.node.ledger.search("", 200, len(found)):
        found |= {lot.reference: lot.id for lot in page}
    return found


@pytest.mark.engine
def test_restore__backup_taken_amid_writes__holds_all_that_was_acknowledged(tmp_path: Path) -> None:
    file = tmp_path / "backups" / "node.tar.gz"
    with running_node(tmp_path / "home") as running:
        harvest = Harvest(running, _found(running))
        with harvest.going_on():
            while len(harvest.taken) < 5:
                time.sleep(0.01)
            acknowledged = list(harvest.taken)
            made = back_up(tmp_path / "home", file, _silent)
            written_meanwhile = len(harvest.taken) - len(acknowledged)
        head = int(running.node.index.head("care"))
        certificates = {number: running.node.ledger.certificate(_lots(running)[number]) for number in acknowledged}
    assert made.heights["care"] <= head
    assert written_meanwhile > 0

    restored = restore(file, tmp_path / "elsewhere", _silent)
    assert restored == made
    with running_node(tmp_path / "elsewhere") as running:
        assert int(running.node.index.head("care")) == made.heights["care"]
        found = _lots(running)
        assert set(acknowledged) <= set(found) <= set(harvest.taken) | {f"F-{len(harvest.taken) + 1}"}
        for number in acknowledged:
            after = running.node.ledger.certificate(found[number])
            assert (after.lot, after.steps) == (certificates[number].lot, certificates[number].steps)
            assert running.held(found[number], "grower") == 1000
        indexed = _rows(tmp_path / "elsewhere" / "index.db")
        running.run(running.node.index.rebuild())
        assert _rows(tmp_path / "elsewhere" / "index.db") == indexed
        running.take(
            "grower", running.node.steps.commission(QuotaId(_quota(running)), "F-NEXT", Milligrams(1), None, DEED)
        )
        assert "F-NEXT" in _lots(running)


def _quota(running: RunningNode) -> str:
    return running.node.ledger.quotas(cast.member("grower"))[0].id


def _rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(database)) as found:
        names = [name for (name,) in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        wanted = sorted(name for name in names if name.startswith(("provenance_", "members_", "practitioners_")))
        return {name: sorted(found.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in wanted}


# What needs no running node: a folder that looks like one.


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a log, an index, a kept key, and what other slices may put there."""
    found = tmp_path / "home"
    for chain in ("care", "pharmacy"):
        (found / "chains" / chain / "checkpoints").mkdir(parents=True)
        _database(found / "chains" / chain / "log.db", "CREATE TABLE record (number INTEGER PRIMARY KEY)", 3)
        (found / "chains" / chain / "lock").touch()
        (found / "chains" / chain / "executor.pid").write_text("1 2")
        (found / "chains" / chain / "checkpoints" / "000000000002.checkpoint").write_bytes(b"state")
    for name in ("index.db", "private.db", "epcis.db", "sessions.db"):
        _database(found / name, "CREATE TABLE record (number INTEGER PRIMARY KEY)", 2)
    for folder, name in (("keystore", "founder.json"), ("units", "batch-1.csv"), ("units/keys", "1.bin")):
        (found / folder).mkdir(exist_ok=True)
        (found / folder / name).write_bytes(b"kept")
    (found / "keystore.passphrase").write_text("words")
    (found / "deployment.json").write_text(json.dumps({"consortium": "0x12", "addresses": {}}))
    return found


def _database(file: Path, schema: str, rows: int) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(schema)
        database.executemany("INSERT INTO record VALUES (?)", [(row + 1,) for row in range(rows)])


def test_back_up__whole_home__takes_all_but_sessions_and_what_belongs_to_a_run(home: Path, tmp_path: Path) -> None:
    made = back_up(home, tmp_path / "b.tar.gz", _silent)
    names = {part.path for part in made.parts}
    assert names == {
        "deployment.json", "keystore.passphrase", "keystore/founder.json", "units/batch-1.csv", "units/keys/1.bin",
        "index.db", "private.db", "epcis.db",
        *(f"chains/{c}/{n}" for c in ("care", "pharmacy") for n in ("log.db", "checkpoints/000000000002.checkpoint")),
    }  # fmt: skip
    assert (made.consortium, dict(made.heights)) == ("0x12", {"care": 3, "pharmacy": 3})
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o077 == 0


def test_back_up__without_passphrase__leaves_it_out(home: Path, tmp_path: Path) -> None:
    made = back_up(home, tmp_path / "b.tar.gz", _silent, passphrase=False)
    assert "keystore.passphrase" not in {part.path for part in made.parts}


def test_restore__into_an_empty_folder__puts_every_byte_back_for_its_owner_only(home: Path, tmp_path: Path) -> None:
    made = back_up(home, tmp_path / "b.tar.gz", _silent)
    (tmp_path / "new").mkdir()
    assert restore(tmp_path / "b.tar.gz", tmp_path / "new", _silent) == made
    for part in made.parts:
        found = tmp_path / "new" / part.path
        assert found.stat().st_size == part.size
        assert found.stat().st_mode & 0o077 == found.parent.stat().st_mode & 0o077 == 0
    assert (tmp_path / "new" / "units" / "keys" / "1.bin").read_bytes() == b"kept"


def _refused(error: type[TcmChainError], act: Callable[[], object], folder: Path) -> TcmChainError:
    before = sorted(folder.rglob("*"))
    with pytest.raises(error) as caught:
        act()
    assert sorted(folder.rglob("*")) == before, "a refusal left something behind"
    return caught.value


def test_back_up__where_it_cannot_be__refuses_and_leaves_nothing(home: Path, tmp_path: Path) -> None:
    (tmp_path / "there.tar.gz").write_bytes(b"older")
    (tmp_path / "empty").mkdir()
    _refused(BackupThereAlready, lambda: back_up(home, tmp_path / "there.tar.gz", _silent), tmp_path)
    _refused(BackupInsideHome, lambda: back_up(home, home / "units" / "b.tar.gz", _silent), tmp_path)
    _refused(HomeUnknown, lambda: back_up(tmp_path / "empty", tmp_path / "b.tar.gz", _silent), tmp_path)
    log = home / "chains" / "care" / "log.db"
    log.write_bytes(log.read_bytes()[:4096] + b"\xff" * 4096)
    error = _refused(LogDamaged, lambda: back_up(home, tmp_path / "b.tar.gz", _silent), tmp_path)
    assert error.details["file"] == "chains/care/log.db"


def test_restore__into_a_folder_that_holds_something__refuses(home: Path, tmp_path: Path) -> None:
    back_up(home, tmp_path / "b.tar.gz", _silent)
    _refused(HomeNotEmpty, lambda: restore(tmp_path / "b.tar.gz", home, _silent), tmp_path)
    _refused(NoBackup, lambda: restore(tmp_path / "none.tar.gz", tmp_path / "new", _silent), tmp_path)


@pytest.mark.parametrize("kept", [0, 10, 400, -1, -30])
def test_restore__torn_file__refuses(home: Path, tmp_path: Path, kept: int) -> None:
    back_up(home, tmp_path / "b.tar.gz", _silent)
    torn = tmp_path / "torn.tar.gz"
    torn.write_bytes((tmp_path / "b.tar.gz").read_bytes()[:kept])
    _refused(BackupTorn, lambda: restore(torn, tmp_path / "new", _silent), tmp_path)


def _members(file: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(file) as tar:
        return [(member, tar.extractfile(member).read()) for member in tar]  # type: ignore[union-attr]


def _write(file: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    with tarfile.open(file, "w:gz") as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return file


def test_restore__any_file_altered__refuses_and_names_it(home: Path, tmp_path: Path) -> None:
    made = back_up(home, tmp_path / "b.tar.gz", _silent)
    for index, part in enumerate(made.parts, 1):
        members = _members(tmp_path / "b.tar.gz")
        member, content = members[index]
        members[index] = (member, content[:-1] + bytes([content[-1] ^ 1]))
        altered = _write(tmp_path / "altered.tar.gz", members)
        error = _refused(BackupAltered, lambda file=altered: restore(file, tmp_path / "new", _silent), tmp_path)  # type: ignore[misc]
        assert error.details["part"] == part.path


def test_restore__bit_flipped_in_the_packed_file__refuses(home: Path, tmp_path: Path) -> None:
    back_up(home, tmp_path / "b.tar.gz", _silent)
    whole = bytearray((tmp_path / "b.tar.gz").read_bytes())
    whole[len(whole) // 2] ^= 0x10
    (tmp_path / "flipped.tar.gz").write_bytes(whole)
    with pytest.raises((BackupTorn, BackupAltered)):
        restore(tmp_path / "flipped.tar.gz", tmp_path / "new", _silent)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "a/../../outside", "chains/./x", "a\\..\\b", ""])
def test_restore__path_that_leads_elsewhere__refuses(home: Path, tmp_path: Path, name: str) -> None:
    back_up(home, tmp_path / "b.tar.gz", _silent)
    members = _members(tmp_path / "b.tar.gz")
    manifest = json.loads(members[0][1])
    manifest["parts"][0]["path"] = name
    members[0] = (members[0][0], json.dumps(manifest).encode())
    members[1][0].name = name
    leading = _write(tmp_path / "leading.tar.gz", members)
    _refused(BackupAltered, lambda: restore(leading, tmp_path / "new", _silent), tmp_path)


def test_restore__link_in_place_of_a_file__refuses(home: Path, tmp_path: Path) -> None:
    back_up(home, tmp_path / "b.tar.gz", _silent)
    members = _members(tmp_path / "b.tar.gz")
    link = tarfile.TarInfo(members[1][0].name)
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(tmp_path / "link.tar.gz", "w:gz") as tar:
        tar.addfile(members[0][0], io.BytesIO(members[0][1]))
        tar.addfile(link)
    _refused(BackupAltered, lambda: restore(tmp_path / "link.tar.gz", tmp_path / "new", _silent), tmp_path)


def test_restore__file_that_the_manifest_does_not_name__refuses(home: Path, tmp_path: Path) -> None:
    back_up(home, tmp_path / "b.tar.gz", _silent)
    extra = tarfile.TarInfo("extra.db")
    added = _write(tmp_path / "added.tar.gz", [*_members(tmp_path / "b.tar.gz"), (extra, b"more")])
    _refused(BackupAltered, lambda: restore(added, tmp_path / "new", _silent), tmp_path)


def test_restore__file_that_is_missing__refuses(home: Path, tmp_path: Path) -> None:
    back_up(home, tmp_path / "b.tar.gz", _silent)
    fewer = _write(tmp_path / "fewer.tar.gz", _members(tmp_path / "b.tar.gz")[:-1])
    _refused(BackupTorn, lambda: restore(fewer, tmp_path / "new", _silent), tmp_path)


def test_restore__layout_of_another_release__says_which(home: Path, tmp_path: Path) -> None:
    back_up(home, tmp_path / "b.tar.gz", _silent)
    members = _members(tmp_path / "b.tar.gz")
    manifest = json.loads(members[0][1]) | {"layout": "tcmchain-backup-9", "program": "9.0.0"}
    members[0] = (members[0][0], json.dumps(manifest).encode())
    foreign = _write(tmp_path / "foreign.tar.gz", members)
    error = _refused(BackupForeign, lambda: restore(foreign, tmp_path / "new", _silent), tmp_path)
    assert error.details == {"layout": "tcmchain-backup-9", "program": "9.0.0"}


def test_restore__archive_that_is_no_backup__refuses(tmp_path: Path) -> None:
    other = _write(tmp_path / "other.tar.gz", [(tarfile.TarInfo("readme"), b"hello")])
    _refused(BackupAltered, lambda: restore(other, tmp_path / "new", _silent), tmp_path)
    (tmp_path / "plain.tar.gz").write_bytes(gzip.compress(b"no archive at all"))
    _refused(BackupTorn, lambda: restore(tmp_path / "plain.tar.gz", tmp_path / "new", _silent), tmp_path)


def test_node__home_that_was_not_there__is_its_owners_only(tmp_path: Path) -> None:
    node = Node(Settings(home=tmp_path / "home"), cast.genesis())
    assert node.home.stat().st_mode & 0o077 == 0
