"""Tree files: building, proving, what is torn, and what comes from peers."""

import hashlib
import io
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tcmchain.errors import TooLarge
from tcmchain.units.model import trees as model
from tcmchain.units.model.codes import Serial, code_of, read_serial
from tcmchain.units.model.errors import CountWrong, FileThere, StoreFull, TreeMissing, TreeTorn
from tcmchain.units.readmodel.trees import TreeStore
from tcmchain.units.service.making import HEADING, Wanted, make, tree_of
from tcmchain.units.service.trees import Peer, Trees
from tcmchain.values import Hash32

GTIN, LOT = "09520000010010", "HS1"
LIMIT = 1 << 20


def made(count: int) -> tuple[Hash32, bytes, list[Serial]]:
    codes = [code_of(hashlib.sha256(b"unit %d" % unit).digest()[:18]) for unit in range(count)]
    root, tree = tree_of(codes, GTIN, LOT)
    return root, tree, [read_serial(code.serial) for code in codes]


def store_in(folder: Path, limit: int = 1 << 24) -> TreeStore:
    return TreeStore(folder / "units", limit)


async def parts(raw: bytes, size: int = 100) -> AsyncIterator[bytes]:
    for at in range(0, len(raw), size):
        yield raw[at : at + size]


def kept(store: TreeStore, raw: bytes) -> tuple[Hash32, int]:
    with store.draft() as draft:
        draft.write(raw)
        return store.keep(draft)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 9, 200, 257])
def test_prove__every_unit__leads_to_the_root(tmp_path: Path, count: int) -> None:
    root, tree, serials = made(count)
    store = store_in(tmp_path)
    assert kept(store, tree) == (root, count)
    for serial in serials:
        proof = store.proof(root, serial)
        assert proof is not None
        assert model.root_of(model.leaf(model.entry(serial, proof.address)), proof.siblings).hex() == root[2:]
        assert len(proof.siblings) <= model.DEEPEST


def test_prove__serial_of_no_unit__gives_nothing(tmp_path: Path) -> None:
    root, tree, serials = made(50)
    store = store_in(tmp_path)
    kept(store, tree)
    for serial in (Serial(0), Serial(max(serials) + 1), Serial(min(serials) - 1), Serial((1 << 60) - 1)):
        assert store.proof(root, serial) is None


def test_hash__leaf_and_node__can_never_be_the_same_text() -> None:
    left, right = b"\1" * 32, b"\2" * 32
    assert model.parents(left + right) == model.parents(right + left) == hashlib.sha256(left + right).digest()
    entry = model.entry(5, b"\7" * 20)
    words = (5).to_bytes(32) + b"\0" * 12 + b"\7" * 20
    assert model.leaf(entry) == hashlib.sha256(hashlib.sha256(words).digest()).digest()


@pytest.mark.parametrize("cut", [1, 15, 16, 17, 28, 100])
async def test_receive__cut_off__is_refused_and_leaves_nothing(tmp_path: Path, cut: int) -> None:
    _, tree, _ = made(20)
    for torn in (tree[:-cut], tree[: cut - 1] if cut < 20 else tree + b"\0" * cut):
        with pytest.raises(TreeTorn):
            await Trees(store_in(tmp_path), [], LIMIT).receive(parts(torn))
    assert list((tmp_path / "units").iterdir()) == []


async def test_receive__out_of_order_or_twice__is_refused(tmp_path: Path) -> None:
    _, tree, _ = made(20)
    head, first, second = tree[:16], tree[16:44], tree[44:72]
    for wrong in (head + second + first + tree[72:], head + first + first + tree[72:]):
        with pytest.raises(TreeTorn) as caught:
            await Trees(store_in(tmp_path), [], LIMIT).receive(parts(wrong))
        assert caught.value.details["reason"] == "order"


async def test_receive__the_same_again__changes_nothing(tmp_path: Path) -> None:
    root, tree, _ = made(30)
    trees = Trees(store_in(tmp_path), [], LIMIT)
    assert await trees.receive(parts(tree)) == await trees.receive(parts(tree)) == (root, 30)
    assert [file.name for file in (tmp_path / "units").iterdir()] == [f"{root[2:]}.tree"]
    file, length = trees.entries(root)
    assert file.read_bytes()[:length] == tree


async def test_receive__more_than_the_limit__is_refused_while_it_comes(tmp_path: Path) -> None:
    _, tree, _ = made(200)
    with pytest.raises(TooLarge):
        await Trees(store_in(tmp_path), [], 1000).receive(parts(tree))
    with pytest.raises(StoreFull):
        await Trees(store_in(tmp_path, 8000), [], LIMIT).receive(parts(tree))


def _peer(answers: dict[Hash32, bytes], asked: list[Hash32]) -> Peer:
    @contextmanager
    def give(root: Hash32) -> Iterator[Iterator[bytes]]:
        asked.append(root)
        if root not in answers:
            raise TreeMissing(root=root)
        yield iter([answers[root][at : at + 64] for at in range(0, len(answers[root]), 64)])

    return give


def test_fetch__peer_has_it__is_kept_and_asked_once(tmp_path: Path) -> None:
    root, tree, serials = made(12)
    asked: list[Hash32] = []
    trees = Trees(store_in(tmp_path), [_peer({}, asked), _peer({root: tree}, asked)], LIMIT)
    assert trees.proof(root, serials[3]) is not None
    assert trees.proof(root, serials[4]) is not None
    assert asked == [root, root]


def test_fetch__peer_gives_another_tree__is_not_believed(tmp_path: Path) -> None:
    root, _, serials = made(12)
    given, other, _ = made(13)
    trees = Trees(store_in(tmp_path), [_peer({root: other}, [])], LIMIT)
    with pytest.raises(TreeMissing):
        trees.proof(root, serials[0])
    assert not trees.has(root)
    assert not trees.has(given)


def test_fetch__peer_never_ends__keeps_nobody_waiting(tmp_path: Path) -> None:
    root, tree, serials = made(3)
    clock = [0.0]
    seen: list[int] = []

    @contextmanager
    def slow(_: Hash32) -> Iterator[Iterator[bytes]]:
        yield iter(drip())

    def drip() -> Iterator[bytes]:
        for byte in tree:
            # Whoever asks while a peer is being listened to has an answer at once.
            with ThreadPoolExecutor(1) as other, pytest.raises(TreeMissing):
                other.submit(trees.proof, root, serials[0]).result(5)
            seen.append(byte)
            clock[0] += 50
            yield bytes([byte])

    trees = Trees(store_in(tmp_path), [slow], LIMIT, now=lambda: clock[0])
    with pytest.raises(TreeMissing):
        trees.proof(root, serials[0])
    assert len(seen) < 5


def test_fetch__nobody_has_it__is_asked_again_after_a_minute_only(tmp_path: Path) -> None:
    root, tree, serials = made(3)
    asked: list[Hash32] = []
    answers: dict[Hash32, bytes] = {}
    clock = [1000.0]
    trees = Trees(store_in(tmp_path), [_peer(answers, asked)], LIMIT, now=lambda: clock[0])
    for _ in range(3):
        with pytest.raises(TreeMissing):
            trees.proof(root, serials[0])
    assert len(asked) == 1
    answers[root] = tree
    clock[0] += 61
    assert trees.proof(root, serials[0]) is not None


def test_make__some_thousands_by_two_processes__proves_each(tmp_path: Path) -> None:
    codes, tree = tmp_path / "codes.csv", tmp_path / "units.tree"
    told: list[tuple[int, int]] = []
    wanted = Wanted(20_500, "9520000010010", LOT, "https://example.org/")
    root = make(wanted, codes, tree, lambda done, total: told.append((done, total)), workers=2)
    rows = codes.read_bytes().decode().split("\r\n")
    assert rows[0] + "\r\n" == HEADING
    assert len(rows) == 20_502
    serial, hidden, link = rows[1].split(",")
    assert link == f"https://example.org/01/{GTIN}/10/{LOT}/21/{serial}"
    assert hidden not in tree.read_bytes().decode("latin-1")
    assert codes.stat().st_mode & 0o077 == 0
    assert told[-1] == (20_500, 20_500)
    store = store_in(tmp_path)
    assert kept(store, tree.read_bytes()) == (root, 20_500)
    assert store.proof(root, read_serial(serial)) is not None


def test_make__file_there_or_count_wrong__writes_nothing(tmp_path: Path) -> None:
    codes, tree = tmp_path / "codes.csv", tmp_path / "units.tree"
    tree.write_text("kept")
    with pytest.raises(FileThere):
        make(Wanted(5, GTIN, LOT, "https://example.org"), codes, tree)
    assert tree.read_text() == "kept"
    assert not codes.exists()
    with pytest.raises(CountWrong):
        make(Wanted(0, GTIN, LOT, "https://example.org"), codes, tree)


def test_read_header__no_tree__is_refused() -> None:
    for raw in (b"", b"TCMUNIT1", b"PK\3\4" + b"\0" * 20):
        with pytest.raises(TreeTorn):
            model.read_header(io.BytesIO(raw).read(16), len(raw))
