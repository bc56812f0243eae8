"""Whether what folders name can be had: envelopes by the digests on the chain, and the bodies that they name."""

from pathlib import Path
from typing import Final

import orjson

from tcmchain.chain.artifacts import Artifact
from tcmchain.chain.keystore import open_keystore
from tcmchain.chain.signers import Signer
from tcmchain.errors import NotFound, TcmChainError
from tcmchain.ipfs.cid import cid_of_digest
from tcmchain.ipfs.errors import NotUnixFs
from tcmchain.ipfs.local import LocalBlocks
from tcmchain.ipfs.opening import FOLDER
from tcmchain.ipfs.sources import PeerBlocks
from tcmchain.ipfs.store import Gives, blocks_of
from tcmchain.operating.examined import Examined, Fault, NotApplicable
from tcmchain.values import Cid, Hash32
from tcmchain.web.askings import AskingAuth

_CHAIN: Final = "care"
_RECORDS: Final = "Records"


async def cids_resolve(at: Examined) -> list[Fault]:
    """Blocks of this machine's folder are whole, and a sample of files can be had here or from another member.

    Other members are asked in the name of the node's own account, which they know.
    """
    if at.home is None or not (at.home / FOLDER / "blocks").is_dir():
        raise NotApplicable("check-blocks-elsewhere")
    store = LocalBlocks(at.home / FOLDER)
    held = list(store.names())
    faults = [Fault("check-block-torn", {"cid": name}) for name in at.pick(held) if store.look(name) is False]
    envelopes = await _envelopes(at)
    if not envelopes and not held:
        raise NotApplicable("check-no-files-yet")
    signer = _signer(at.home)
    peers = [PeerBlocks(peer, AskingAuth(signer, peer)) for peer in at.peers if signer is not None]
    try:
        found = _Anywhere(store, peers)
        missing = [cid for cid in map(cid_of_digest, at.pick(envelopes)) for cid in await _missing(found, cid)]
    finally:
        for peer in peers:
            await peer.close()
    return faults + [Fault("check-cid-missing", {"cid": cid}) for cid in missing]


class _Anywhere:
    """This machine's store, then the peers; what a peer gives is held against its CID and not kept."""

    def __init__(self, store: LocalBlocks, peers: list[PeerBlocks]) -> None:
        self._store = store
        self._peers = peers

    async def get(self, cid: Cid) -> bytes:
        if self._store.look(cid):
            return await self._store.get(cid)
        for peer in self._peers:
            try:
                return await peer.get(cid)
            except TcmChainError:
                continue
        raise NotFound(cid)


async def _envelopes(at: Examined) -> list[Hash32]:
    """Digests of all envelopes of files that were not erased."""
    if (_CHAIN, _RECORDS) not in await at.directory():
        return []
    artifact, live = Artifact.load(_RECORDS), dict[tuple[str, str], list[Hash32]]()
    async for log in at.logs(_CHAIN, await at.ever_installed(_CHAIN, _RECORDS)):
        event = artifact.decode_log(log)
        if event is None or event.name not in ("Appended", "Erased"):
            continue
        file = str(event.args["patient"]), str(event.args["file"])
        if event.name == "Erased":
            live.pop(file, None)
        else:
            live.setdefault(file, []).append(Hash32(event.args["envelope"]))
    return [digest for versions in live.values() for digest in versions]


async def _missing(blocks: Gives, envelope: Cid) -> list[Cid]:
    """What of a file cannot be had, as far as one can see; the body's tree is walked, its leaves too."""
    try:
        body = orjson.loads(await blocks.get(envelope)).get("body")
    except (NotFound, ValueError, AttributeError):
        return [envelope]
    if body is None:
        return []
    found = []
    try:
        async for cid in blocks_of(blocks, Cid(str(body))):
            try:
                await blocks.get(cid)
            except NotFound:
                found.append(cid)
    except (NotFound, NotUnixFs):
        return found or [Cid(str(body))]
    return found


def _signer(home: Path) -> Signer | None:
    """An account of the keystore that may ask other members, when the keystore opens without being asked."""
    try:
        keystore = open_keystore(home, None)
        names = [name for name in keystore.names() if name not in ("founder", "relay")]
        return keystore.signer(names[0]) if names else None
    except TcmChainError:
        return None
