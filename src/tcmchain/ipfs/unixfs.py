"""Files as trees of blocks: UnixFS, balanced, raw leaves of 1 MiB, 1024 links a node.

The profile ``unixfs-v1-2025`` of IPIP-499, so Kubo with that profile gives the same CID for the same bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tcmchain.ipfs.cid import Codec, cid_bytes, make_cid, node_cid, raw_cid, read_cid, read_cid_bytes
from tcmchain.ipfs.errors import NotUnixFs
from tcmchain.ipfs.protobuf import fields, number, text
from tcmchain.values import Cid

LEAF: Final = 1 << 20
"""Bytes of a leaf; only the last of a file is shorter."""

LINKS: Final = 1024
_FILE: Final = 2
_RAW: Final = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A block and its name."""

    cid: Cid
    content: bytes


@dataclass(frozen=True, slots=True)
class Link:
    """A child of a node: its name, the bytes of the file below it, and the bytes of all blocks below it."""

    cid: Cid
    size: int
    stored: int


@dataclass(frozen=True, slots=True)
class Node:
    """A node above leaves or other nodes: links in order, and the bytes of the file below it."""

    links: tuple[Link, ...]
    size: int


class Tree:
    """Builds a file's tree while its leaves come, holding one unfinished node a level; ``width`` is links a node."""

    def __init__(self, width: int = LINKS) -> None:
        self._levels: list[list[Link]] = [[]]
        self._width = width

    def add(self, leaf: Link) -> Iterator[Block]:
        """Take the next leaf; answers the nodes that this completes."""
        yield from self._put(0, leaf)

    def finish(self) -> Iterator[Block]:
        """The nodes still unfinished, up to the root. A file of one leaf has none: the leaf is its root."""
        level = 0
        while level < len(self._levels) - 1 or len(self._levels[level]) > 1:
            links = self._levels[level]
            self._levels[level] = []
            if links:
                block, link = _node(links)
                yield block
                yield from self._put(level + 1, link)
            level += 1

    @property
    def root(self) -> Cid:
        """The file's CID, once finished."""
        return self._levels[-1][0].cid

    def _put(self, level: int, link: Link) -> Iterator[Block]:
        if level == len(self._levels):
            self._levels.append([])
        links = self._levels[level]
        # A full node is closed only when something follows, as 1024 leaves alone need one node, not two.
        if len(links) == self._width:
            block, above = _node(links)
            yield block
            self._levels[level] = [link]
            yield from self._put(level + 1, above)
        else:
            links.append(link)


def leaf_link(block: bytes) -> Link:
    """The link to a leaf of raw bytes."""
    return Link(raw_cid(block), len(block), len(block))


def _node(links: list[Link]) -> tuple[Block, Link]:
    size = sum(link.size for link in links)
    data = number(1, _FILE) + number(3, size) + b"".join(number(4, link.size) for link in links)
    content = b"".join(text(2, _pb_link(link)) for link in links) + text(1, data)
    block = Block(node_cid(content), content)
    return block, Link(block.cid, size, len(content) + sum(link.stored for link in links))


def _pb_link(link: Link) -> bytes:
    parts = read_cid(link.cid)
    return text(1, cid_bytes(parts.codec, parts.digest)) + text(2, b"") + number(3, link.stored)


def read_node(cid: Cid, content: bytes) -> Node:
    """Read a dag-pb node of a file; raises :class:`NotUnixFs`."""
    try:
        found, data = [], b""
        for field, value in fields(content):
            if field == 2 and isinstance(value, bytes):
                found.append(_read_link(value))
            elif field == 1 and isinstance(value, bytes):
                data = value
        size, sizes = _read_data(data)
    except ValueError as error:
        raise NotUnixFs(cid=cid, reason=str(error)) from error
    if len(sizes) != len(found) or sum(sizes) != size or not found:
        raise NotUnixFs(cid=cid, reason="sizes")
    links = tuple(Link(child, below, stored) for (child, stored), below in zip(found, sizes, strict=True))
    return Node(links, size)


def _read_link(raw: bytes) -> tuple[Cid, int]:
    name, stored = None, 0
    for field, value in fields(raw):
        if field == 1 and isinstance(value, bytes):
            parts = read_cid_bytes(value)
            name = make_cid(parts.codec, parts.digest)
        elif field == 3 and isinstance(value, int):
            stored = value
    if name is None:
        raise ValueError("a link without a CID")
    return name, stored


def _read_data(raw: bytes) -> tuple[int, list[int]]:
    size, sizes, kind = 0, [], None
    for field, value in fields(raw):
        if field == 2 and value:
            raise ValueError("bytes within a node")
        if not isinstance(value, int):
            continue
        if field == 1:
            kind = value
        elif field == 3:
            size = value
        elif field == 4:
            sizes.append(value)
    if kind not in (_FILE, _RAW):
        raise ValueError("not a file")
    return size, sizes


def is_leaf(cid: Cid) -> bool:
    """Whether a CID names raw bytes."""
    return read_cid(cid).codec is Codec.RAW
