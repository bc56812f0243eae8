"""Whether files can be had, and a patient's own copy, on a node with real folders."""

import base64
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.records.care import ORIGIN, Care, open_care

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.keys import Relation
from tcmchain.ipfs.cid import raw_cid
from tcmchain.ipfs.heads import Heads
from tcmchain.ipfs.local import LocalBlocks
from tcmchain.ipfs.mirror import mirror
from tcmchain.ipfs.sources import Blocks, PeerBlocks
from tcmchain.ipfs.unixfs import LEAF, is_leaf
from tcmchain.operating.backing_up import back_up
from tcmchain.operating.checking import run
from tcmchain.operating.checks import CHECKS
from tcmchain.operating.examined import Examined, Finding, Outcome
from tcmchain.operating.restoring import restore
from tcmchain.values import Address
from tcmchain.web.askings import AskingAuth

pytestmark = pytest.mark.engine


class _Told:
    """A node's doors, as they answered when it was asked."""

    def __init__(self, directory: Any) -> None:
        self._directory = directory

    async def get(self, path: str, **_: Any) -> Any:
        assert path == "/api/directory"
        return self._directory


@pytest.fixture(scope="module")
def care(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Care]:
    with open_care(tmp_path_factory.mktemp("blocks") / "home") as found:
        yield found


@pytest.fixture(scope="module")
def relation(care: Care) -> Relation:
    relation = care.ready(1)
    assert care.seal(relation, b"{}" * 40).status_code < 300
    assert care.seal(relation, bytes(range(256)) * 9000, type="imaging").status_code < 300
    return relation


def _check(care: Care, home: Path | None) -> Finding:
    at = Examined(
        "", _Told(care.client.get("/api/directory").json()), care.node.clients, {}, home, 1000, random.Random(1)
    )
    found: Finding = care.run(run, "cids-resolve", CHECKS["cids-resolve"], at)
    return found


def _restored(care: Care, folder: Path) -> Path:
    silent = lambda *_: None  # noqa: E731
    back_up(care.node.home, folder / "backup.tar.gz", silent)
    restore(folder / "backup.tar.gz", folder / "restored", silent)
    return folder / "restored"


def _file(home: Path, cid: str) -> Path:
    return home / "ipfs" / "blocks" / cid[-3:-1] / f"{cid}.data"


def test_check__whole_folder__passes(care: Care, relation: Relation) -> None:
    finding = _check(care, care.node.home)
    assert (finding.outcome, finding.faults) == (Outcome.PASSED, ())


def test_check__blocks_elsewhere__does_not_apply(care: Care, tmp_path: Path) -> None:
    for home in (None, tmp_path):
        assert _check(care, home).outcome is Outcome.NOT_APPLICABLE


def test_restore__backup__has_every_block(care: Care, relation: Relation, tmp_path: Path) -> None:
    restored = _restored(care, tmp_path)
    here, there = (LocalBlocks(home / "ipfs") for home in (care.node.home, restored))
    assert list(there.names()) == list(here.names())
    assert all(there.look(name) for name in there.names())
    assert _check(care, restored).outcome is Outcome.PASSED


def test_check__block_torn_or_gone__fails_and_names_it(care: Care, relation: Relation, tmp_path: Path) -> None:
    restored = _restored(care, tmp_path)
    names = [cid for cid in LocalBlocks(restored / "ipfs").names() if is_leaf(cid)]
    leaf = next(cid for cid in names if _file(restored, cid).stat().st_size == LEAF)
    _file(restored, leaf).write_bytes(b"torn")
    codes = {(fault.code, fault.details["cid"]) for fault in _check(care, restored).faults}
    assert codes == {("check-block-torn", leaf), ("check-cid-missing", leaf)}
    for cid in names:
        _file(restored, cid).unlink()
    gone = {fault.details["cid"] for fault in _check(care, restored).faults}
    assert len(gone) == 2
    assert gone <= set(names)


def test_mirror__patient__keeps_an_own_copy(care: Care, relation: Relation, tmp_path: Path) -> None:
    patient = LocalSigner(relation.account_key)
    published = care.ask(patient, "GET", f"/api/ipfs/folders/{patient.address}").json()
    transport = httpx.ASGITransport(care.client.app)  # type: ignore[arg-type]

    async def bring() -> Any:
        peer = PeerBlocks(ORIGIN, AskingAuth(patient, ORIGIN), transport=transport)
        blocks = Blocks(LocalBlocks(tmp_path), [peer])
        heads = Heads(tmp_path, blocks, lambda _: None)
        record = base64.b64decode(published["record"])
        return await mirror(blocks, heads, Address(patient.address), published["name"], record)

    found = care.run(bring)
    assert (found.files, found.count, found.missing) == (2, 2, ())
    assert found.fetched >= 2 + 1 + 4
    assert set(LocalBlocks(tmp_path).names()) <= set(LocalBlocks(care.node.home / "ipfs").names())


def test_read__stranger__gets_no_block(care: Care, relation: Relation) -> None:
    stranger = LocalSigner(b"\x5a" * 32)
    cid = next(LocalBlocks(care.node.home / "ipfs").names())
    assert care.ask(stranger, "GET", f"/api/ipfs/{cid}").status_code == 403
    assert care.client.get(f"/api/ipfs/{cid}").status_code == 401
    assert care.ask(LocalSigner(relation.account_key), "GET", f"/api/ipfs/{cid}").status_code == 200
    assert care.ask(stranger, "POST", "/api/ipfs/blocks", b"spam").status_code == 403
    assert not LocalBlocks(care.node.home / "ipfs").look(raw_cid(b"spam"))
