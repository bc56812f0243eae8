"""Making codes on the packer's own machine: a table for the printer, and the public tree. No secret leaves it."""

import csv
import io
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coincurve import PublicKey
from eth_hash.auto import keccak

from tcmchain.provenance.model.gs1 import DigitalLink, build_link, parse_gtin
from tcmchain.units.model import trees
from tcmchain.units.model.codes import Code, key_of, new_code
from tcmchain.units.model.errors import CountWrong, FileThere
from tcmchain.values import Hash32

MOST: Final = 10_000_000
HEADING: Final = "serial,hidden,link\r\n"

_AT_ONCE: Final = 10_000
_RECORD: Final = trees.ENTRY + trees.HASH

Progress = Callable[[int, int], None]
"""Told how many codes of how many are made."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What codes are made for: ``lot`` is the number printed beside the GTIN, ``url`` where the links lead."""

    count: int
    gtin: str
    lot: str
    url: str


def make(
    wanted: Wanted, codes: Path, tree: Path, progress: Progress | None = None, workers: int | None = None
) -> Hash32:
    """Make codes into two new files; answers the root for the packing.

    ``codes`` is readable by its owner only and holds serial, hidden code and link, one unit a line; ``tree`` is laid
    out as :mod:`tcmchain.units.model.trees` says. Raises ``CountWrong``, ``FileThere``, ``GtinInvalid`` and
    ``LinkInvalid``.
    """
    if not 0 < wanted.count <= MOST:
        raise CountWrong(limit=MOST, given=wanted.count)
    plain = Wanted(wanted.count, parse_gtin(wanted.gtin), wanted.lot, wanted.url.rstrip("/"))
    build_link(DigitalLink(plain.gtin, plain.lot))
    with _new_file(codes, 0o600) as printed, _new_file(tree, 0o644) as public:
        while True:
            records = _made(plain, printed, progress, workers or os.cpu_count() or 1)
            if len({record[:8] for record in records}) == plain.count:
                break
            # Two serials of 60 random bits were alike: begin again.
            printed.truncate(0)
            printed.seek(0)
        public.write(trees.header(plain.count))
        public.writelines(record[: trees.ENTRY] for record in records)
    return _root(records)


def tree_of(codes: Iterable[Code], gtin: str, lot: str) -> tuple[Hash32, bytes]:
    """Root and tree file of codes that are there already; for a few only."""
    records = sorted(_record(code, gtin, lot) for code in codes)
    return _root(records), trees.header(len(records)) + b"".join(record[: trees.ENTRY] for record in records)


def _root(records: Iterable[bytes]) -> Hash32:
    level = b"".join(record[trees.ENTRY :] for record in records)
    while len(level) > trees.HASH:
        level = _above(level)
    return Hash32("0x" + level.hex())


def _made(wanted: Wanted, printed: io.BufferedWriter, progress: Progress | None, workers: int) -> list[bytes]:
    """Write the codes; answers entry and leaf of each unit by ascending serial."""
    printed.write(HEADING.encode())
    records: list[bytes] = []
    for rows, made in _chunks(wanted, workers):
        printed.write(rows)
        records.extend(made[at : at + _RECORD] for at in range(0, len(made), _RECORD))
        if progress is not None:
            progress(len(records), wanted.count)
    records.sort()
    return records


def _chunks(wanted: Wanted, workers: int) -> Iterator[tuple[bytes, bytes]]:
    sizes = [min(_AT_ONCE, wanted.count - at) for at in range(0, wanted.count, _AT_ONCE)]
    if len(sizes) == 1 or workers == 1:
        for size in sizes:
            yield _chunk(size, wanted)
        return
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        waiting: set[Future[tuple[bytes, bytes]]] = {pool.submit(_chunk, size, wanted) for size in sizes}
        for done in as_completed(waiting):
            waiting.discard(done)
            yield done.result()


def _chunk(size: int, wanted: Wanted) -> tuple[bytes, bytes]:
    """Rows for the printer, and the records of their units."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    link = f"{wanted.url}{build_link(DigitalLink(wanted.gtin, wanted.lot))}/21/"
    records = []
    for _ in range(size):
        code = new_code()
        writer.writerow((code.serial, code.hidden, link + code.serial))
        records.append(_record(code, wanted.gtin, wanted.lot))
    return text.getvalue().encode(), b"".join(records)


def _record(code: Code, gtin: str, lot: str) -> bytes:
    """Entry and leaf of a unit."""
    entry = trees.entry(code.number, address_of(key_of(code.hidden, gtin, lot, code.serial)))
    return entry + trees.leaf(entry)


def address_of(key: bytes) -> bytes:
    """The twenty bytes of a private key's address."""
    return keccak(PublicKey.from_valid_secret(key).format(compressed=False)[1:])[12:]


def _above(level: bytes) -> bytes:
    paired = len(level) // (2 * trees.HASH) * 2 * trees.HASH
    return trees.parents(level[:paired]) + level[paired:]


@contextmanager
def _new_file(file: Path, mode: int) -> Iterator[io.BufferedWriter]:
    """A new file that is gone again if what is written into it fails."""
    try:
        opened = os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb")
    except FileExistsError as error:
        raise FileThere(file=str(file)) from error
    try:
        with opened:
            yield opened
    except BaseException:
        file.unlink(missing_ok=True)
        raise
