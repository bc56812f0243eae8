"""``tcmchain ipfs``: sealed blocks and files by their content, a patient's own copy, and Kubo's private swarm."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import typer
from rich.console import Console
from rich.progress import Progress

from tcmchain.chain.abi import checksum
from tcmchain.chain.keystore import open_keystore
from tcmchain.chain.signers import Signer
from tcmchain.ipfs.cid import Codec, read_cid
from tcmchain.ipfs.heads import Heads
from tcmchain.ipfs.local import LocalBlocks
from tcmchain.ipfs.mirror import Mirrored, mirror
from tcmchain.ipfs.opening import FOLDER
from tcmchain.ipfs.sources import Blocks, PeerBlocks
from tcmchain.ipfs.store import add_stream, read_stream
from tcmchain.ipfs.swarm import close_repository, make_key
from tcmchain.settings import Settings
from tcmchain.values import Cid
from tcmchain.web.askings import AskingAuth
from tcmchain.web.command_line import HERE, Account, Node
from tcmchain.web.door_ipfs import BLOCK_PATH
from tcmchain.web.http import NodeHttp, NoKey

app = typer.Typer(help="数据块 · sealed blocks and files by their content", no_args_is_help=True)
_console: Final = Console()
_PART: Final = 1 << 20

CidArgument = Annotated[str, typer.Argument(help="CID of a block or file")]
Home = Annotated[Path | None, typer.Option(help="folder of the node's data; TCMCHAIN_HOME by default", file_okay=False)]


@app.command()
def status(node: Node = HERE, account: Account = None) -> None:
    """Say what a node's store holds, and which sources stand behind it."""

    async def ask() -> Any:
        async with _door(node, account) as (http, auth):
            return (await http.exchange("GET", "/api/ipfs/status", auth=auth)).json()

    for name, value in asyncio.run(ask()).items():
        _console.print(f"{name:<10} {value}", highlight=False, soft_wrap=True)


@app.command()
def get(
    cid: CidArgument,
    file: Annotated[Path, typer.Argument(help="file to write", dir_okay=False)],
    node: Node = HERE,
    account: Account = None,
) -> None:
    """Fetch a file block by block, each held against its CID here; what the file holds stays sealed."""
    read_cid(cid)

    async def fetch() -> int:
        size, draft = 0, file.with_name(f"{file.name}.part")
        peer = PeerBlocks(node, AskingAuth(_signer(account), node), here=False)
        try:
            with draft.open("wb") as out:
                async for part in read_stream(peer, Cid(cid)):
                    size += out.write(part)
        finally:
            await peer.close()
        draft.replace(file)
        return size

    _console.print(f"{file}  {asyncio.run(fetch()):,} bytes", highlight=False, soft_wrap=True)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="a sealed file", exists=True, dir_okay=False)],
    node: Node = HERE,
    account: Account = None,
) -> None:
    """Bring a sealed file to a node, block by block; says its CID."""

    async def bring() -> Cid:
        async with _door(node, account) as (http, auth):
            return await add_stream(_Bringing(http, auth), _parts(file))

    _console.print(asyncio.run(bring()), highlight=False, soft_wrap=True)


@app.command()
def verify(home: Home = None) -> None:
    """Hold every block of this machine's folder against its CID; ends with 1 if any is torn."""
    store = LocalBlocks((home or Settings().home) / FOLDER)
    seen = {name: store.look(name) for name in store.names()}
    torn = [name for name, whole in seen.items() if whole is False]
    _console.print(f"完好 whole  {sum(whole is True for whole in seen.values())}", highlight=False)
    for name in torn:
        _console.print(f"损坏 torn   {name}", highlight=False, soft_wrap=True)
    if torn:
        raise typer.Exit(1)


@app.command("mirror")
def mirror_folder(
    patient: Annotated[str, typer.Argument(help="the patient's pseudonym, 0x…")],
    node: Node = HERE,
    account: Account = None,
    home: Home = None,
) -> None:
    """Keep a patient's own copy: every block of the folder that a node publishes, verified."""
    settings = Settings()
    at = home or settings.home
    whose = checksum(patient.lower())

    async def bring() -> Mirrored:
        with Progress(console=_console) as bar:
            task = bar.add_task("镜像 mirror", total=1)
            async with _door(node, account) as (http, auth):
                published = (await http.exchange("GET", f"/api/ipfs/folders/{whose}", auth=auth)).json()
                blocks = Blocks(LocalBlocks(at / FOLDER), [PeerBlocks(node, auth)])
                heads = Heads(at / FOLDER, blocks, lambda _: None)
                record = base64.b64decode(published["record"])

                def told(done: int, total: int) -> None:
                    bar.update(task, completed=done, total=max(total, 1))

                try:
                    return await mirror(blocks, heads, whose, published["name"], record, told)
                finally:
                    await blocks.close()

    found = asyncio.run(bring())
    _console.print(f"文件 files    {found.files}  (登记 entries {found.count})", highlight=False)
    _console.print(f"数据块 blocks  {found.blocks}  (新取 fetched {found.fetched})", highlight=False)
    for cid in found.missing:
        _console.print(f"缺失 missing  {cid}", highlight=False, soft_wrap=True)
    if found.missing:
        raise typer.Exit(1)


@app.command("swarm-key")
def make_swarm_key(file: Annotated[Path, typer.Argument(help="file to write", dir_okay=False)]) -> None:
    """Make the key of a private swarm, for all members' Kubos."""
    make_key(file)
    _console.print(str(file), highlight=False, soft_wrap=True)


@app.command("close-swarm")
def close_swarm(
    repository: Annotated[Path, typer.Argument(help="folder of a Kubo, made by ipfs init", file_okay=False)],
    key: Annotated[Path, typer.Argument(help="the swarm's key", exists=True, dir_okay=False)],
) -> None:
    """Set a Kubo so that it speaks to the private swarm alone; it must not be running."""
    close_repository(repository, key)
    _console.print("已设为私有 private", highlight=False)


class _Bringing:
    """A node's door as a place that takes blocks."""

    def __init__(self, http: NodeHttp, auth: httpx.Auth) -> None:
        self._http = http
        self._auth = auth

    async def put(self, block: bytes, cid: Cid | None = None) -> Cid:
        """Hand a block in."""
        codec = "raw" if cid is None or read_cid(cid).codec is Codec.RAW else "dag-pb"
        kept = await self._http.exchange("POST", BLOCK_PATH, params={"codec": codec}, content=block, auth=self._auth)
        return Cid(kept.json()["cid"])


@asynccontextmanager
async def _door(node: str, account: str | None) -> AsyncIterator[tuple[NodeHttp, httpx.Auth]]:
    async with NodeHttp(node) as http:
        yield http, AskingAuth(_signer(account), node)


def _signer(account: str | None) -> Signer:
    if account is None:
        raise NoKey
    settings = Settings()
    secret = settings.keystore_passphrase
    return open_keystore(settings.home, None if secret is None else secret.get_secret_value()).signer(account)


async def _parts(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as source:
        while part := await asyncio.to_thread(source.read, _PART):
            yield part
