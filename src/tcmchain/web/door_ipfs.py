"""The door ``/api/ipfs``: sealed blocks by their CID, for whoever this node knows, and for other nodes.

What stands here is sealed, so a block tells its reader nothing without a key; it is not given to everybody all the
same, since sizes and moments tell something too.
"""

import base64
import re
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from tcmchain.chain.abi import checksum
from tcmchain.errors import NotPermitted
from tcmchain.ipfs.cid import node_cid, raw_cid
from tcmchain.ipfs.errors import BlockErased, BlockTooLarge
from tcmchain.ipfs.heads import Heads
from tcmchain.ipfs.ipns import MEDIA as IPNS_MEDIA
from tcmchain.ipfs.sources import BLOCKS, Blocks
from tcmchain.ipfs.store import BLOCK_LIMIT, read_size, read_stream
from tcmchain.ipfs.unixfs import read_node
from tcmchain.values import Address, Cid
from tcmchain.web.askings import asking_account

BLOCK_PATH: Final = f"{BLOCKS}/blocks"
_MEDIA: Final = "application/vnd.ipld.raw"
_FILE_MEDIA: Final = "application/octet-stream"
# Kept by the reader's own program alone: what is given here is given to one account.
_FOR_EVER: Final = "private, max-age=31536000, immutable"
_RANGE: Final = re.compile(r"bytes=(\d{1,19})-")

Admits = Callable[[Address], bool]
Asker = Annotated[Address, Depends(asking_account)]
CidPath = Annotated[str, Path(pattern="^b[a-z2-7]{58}$", description="CIDv1 in base32")]

NamePath = Annotated[str, Path(pattern="^k[0-9a-z]{50,70}$", description="name of IPNS")]
PatientPath = Annotated[str, Path(pattern="^0x[0-9a-fA-F]{40}$", description="the patient's pseudonym")]


class ReaderUnknown(NotPermitted):
    """Blocks are for accounts that this node knows: ``account``."""

    code = "ipfs-reader-unknown"


class KeptView(BaseModel):
    cid: str = Field(description="CIDv1 of the block as raw bytes")
    size: int


class StatusView(BaseModel):
    """What a store holds; ``wrong`` counts what each other source gave that was not the block."""

    backend: str
    blocks: int | None = Field(description="how many blocks are here; not counted for kubo")
    bytes: int | None
    missed: dict[str, int] = Field(description="blocks that each Kubo with copies still misses")
    sources: list[str]
    wrong: dict[str, int]

    @classmethod
    def of(cls, blocks: Blocks) -> "StatusView":
        """The view of a node's blocks."""
        held = blocks.store.status()
        return cls(
            backend=held.backend,
            blocks=held.blocks,
            bytes=held.bytes,
            missed=dict(held.missed),
            sources=[source.name for source in blocks.sources],
            wrong=dict(blocks.wrong),
        )


class PublishedView(BaseModel):
    name: str = Field(description="name of IPNS, CIDv1 of the public key in base36")
    record: str = Field(description="the signed record, base64")


def router(blocks: Blocks, heads: Heads, admits: Admits) -> APIRouter:
    """Blocks at ``/api/ipfs/{cid}``, files at ``/files/{cid}``, names at ``/ipns/{name}``, ``/folders/{patient}``."""

    def known(account: Asker) -> None:
        if not admits(account):
            raise ReaderUnknown(account=account)

    found = APIRouter(prefix=BLOCKS, tags=["ipfs"], dependencies=[Depends(known)])

    @found.get("/status")
    def read_status() -> StatusView:
        """What the store holds, and the sources behind it."""
        return StatusView.of(blocks)

    _names(found, heads)
    _files(found, blocks)
    # Last, as every other path would be a CID to it.
    _blocks(found, blocks)
    return found


def _names(found: APIRouter, heads: Heads) -> None:
    @found.get("/folders/{patient}")
    async def publish_folder(patient: PatientPath) -> PublishedView:
        """The name under which this node publishes a folder, and its record as of now."""
        published = await heads.publish(checksum(patient.lower()))
        return PublishedView(name=published.name, record=base64.b64encode(published.record).decode())

    @found.get("/ipns/{name}", response_class=Response)
    async def read_name(name: NamePath) -> Response:
        """The signed record of a name."""
        return Response(await heads.record(name), media_type=IPNS_MEDIA, headers={"Cache-Control": "no-cache"})

    @found.put("/ipns/{name}", status_code=204)
    async def take_name(name: NamePath, request: Request) -> None:
        """Hand in the record of a name, which is taken if it holds and is not older than the one known."""
        heads.take(name, await request.body())


def _files(found: APIRouter, blocks: Blocks) -> None:
    @found.get("/files/{cid}", response_class=StreamingResponse)
    @found.head("/files/{cid}", response_class=Response)
    async def read_file(cid: CidPath, request: Request) -> Response:
        """The sealed bytes of a whole file; ``Range: bytes=N-`` goes on after a break."""
        name = Cid(cid)
        size = await read_size(blocks, name)
        asked = _RANGE.fullmatch(request.headers.get("range", ""))
        offset = int(asked[1]) if asked else 0
        if asked and offset >= size:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
        headers = _headers(name) | {"Content-Length": str(size - offset), "Accept-Ranges": "bytes"}
        if asked:
            headers["Content-Range"] = f"bytes {offset}-{size - 1}/{size}"
        if request.method == "HEAD":
            return Response(status_code=200, headers=headers, media_type=_FILE_MEDIA)
        parts = await _started(read_stream(blocks, name, offset))
        return StreamingResponse(parts, 206 if asked else 200, headers, _FILE_MEDIA)


def _blocks(found: APIRouter, blocks: Blocks) -> None:
    @found.post("/blocks", status_code=201)
    async def keep_block(
        request: Request,
        codec: Annotated[Literal["raw", "dag-pb"], Query(description="what the bytes are")] = "raw",
    ) -> KeptView:
        """Keep one sealed block, the whole body, of 2 MiB at most; answers when it is on the disk."""
        block = await request.body()
        if len(block) > BLOCK_LIMIT:
            raise BlockTooLarge(limit=BLOCK_LIMIT)
        cid = raw_cid(block) if codec == "raw" else node_cid(block)
        if codec == "dag-pb":
            read_node(cid, block)
        return KeptView(cid=await _keep(blocks, block, cid), size=len(block))

    @found.get("/{cid}", response_class=Response)
    @found.head("/{cid}", response_class=Response)
    async def read_block(
        cid: CidPath,
        request: Request,
        here: Annotated[bool, Query(description="ask no other node")] = False,
    ) -> Response:
        """One block as it is, held against its CID."""
        name = Cid(cid)
        if request.headers.get("if-none-match") == f'"{name}"':
            return Response(status_code=304, headers=_headers(name))
        block = await (blocks.here(name) if here else blocks.get(name))
        return Response(block, media_type=_MEDIA, headers=_headers(name))


async def _keep(blocks: Blocks, block: bytes, cid: Cid) -> Cid:
    # What was erased does not come back because somebody else still has it.
    if blocks.store.erased(cid):
        raise BlockErased(cid=cid)
    return await blocks.put(block, cid)


async def _started(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same parts, the first of them fetched already, so that what is missing is told by the status."""
    first = await anext(parts, b"")

    async def rest() -> AsyncIterator[bytes]:
        yield first
        async for part in parts:
            yield part

    return rest()


def _headers(cid: Cid) -> dict[str, str]:
    # Sealed bytes do not get smaller, so they are declared as they are and the compressor leaves them alone.
    return {"ETag": f'"{cid}"', "Cache-Control": _FOR_EVER, "Content-Encoding": "identity"}
