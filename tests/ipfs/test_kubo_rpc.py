"""What is asked of Kubo over its RPC, and what is made of its answers; the answers are those of Kubo 0.43."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tcmchain.ipfs.cid import Codec, node_cid, raw_cid, read_cid
from tcmchain.ipfs.errors import BlockErased, BlockMissing, BlockWrong, KuboRefused, KuboUnavailable, SwarmPublic
from tcmchain.ipfs.kubo import Kubo, KuboBlocks
from tcmchain.ipfs.store import split
from tcmchain.values import Cid

BLOCK = b"sealed"
CID = raw_cid(BLOCK)
PRIVATE = {"Bootstrap": None, "AutoConf": {"Enabled": False}, "Routing": {"Type": "none"}}


class FakeKubo:
    """Keeps blocks in memory behind the RPC's own words."""

    def __init__(self) -> None:
        self.blocks: dict[str, bytes] = {}
        self.asked: list[httpx.Request] = []
        self.config: dict[str, Any] = dict(PRIVATE)
        self.down = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("refused", request=request)
        assert request.method == "POST"
        self.asked.append(request)
        command = request.url.path.removeprefix("/api/v0/")
        answer: Callable[[httpx.Request], httpx.Response] = getattr(self, "_" + command.replace("/", "_"))
        return answer(request)

    def _block_put(self, request: httpx.Request) -> httpx.Response:
        boundary = request.headers["content-type"].split("boundary=")[1].encode()
        content = request.content.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--" + boundary, 1)[0]
        name = raw_cid(content) if request.url.params["cid-codec"] == "raw" else node_cid(content)
        self.blocks[name] = content
        return httpx.Response(200, json={"Key": name, "Size": len(content)})

    def _block_get(self, request: httpx.Request) -> httpx.Response:
        found = self.blocks.get(request.url.params["arg"])
        return self._absent() if found is None else httpx.Response(200, content=found)

    def _block_stat(self, request: httpx.Request) -> httpx.Response:
        name = request.url.params["arg"]
        return httpx.Response(200, json={"Key": name}) if name in self.blocks else self._absent()

    def _pin_rm(self, request: httpx.Request) -> httpx.Response:
        if request.url.params["arg"] not in self.blocks:
            return httpx.Response(500, json={"Message": "not pinned or pinned indirectly", "Code": 0, "Type": "error"})
        return httpx.Response(200, json={"Pins": [request.url.params["arg"]]})

    def _block_rm(self, request: httpx.Request) -> httpx.Response:
        self.blocks.pop(request.url.params["arg"], None)
        return httpx.Response(200, json={"Hash": request.url.params["arg"]})

    def _config_show(self, _: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=self.config)

    def _version(self, _: httpx.Request) -> httpx.Response:
        return httpx.Response(403, text="403 - Forbidden")

    def _absent(self) -> httpx.Response:
        told = "block was not found locally (offline): ipld: could not find node"
        return httpx.Response(500, json={"Message": told, "Code": 0, "Type": "error"})


def _kubo(fake: FakeKubo, token: str | None = None) -> Kubo:
    return Kubo("http://kubo/", token, httpx.MockTransport(fake))


async def test_put__block__is_pinned_under_its_codec_and_asked_with_the_token() -> None:
    fake = FakeKubo()
    await _kubo(fake, "secret").put(CID, BLOCK)
    asked = fake.asked[-1]
    assert dict(asked.url.params) == {"mhtype": "sha2-256", "pin": "true", "cid-codec": "raw"}
    assert asked.headers["authorization"] == "Bearer secret"
    *_, root = split(bytes(3 << 20))
    assert read_cid(root.cid).codec is Codec.DAG_PB
    await _kubo(fake).put(root.cid, root.content)
    assert fake.asked[-1].url.params["cid-codec"] == "dag-pb"
    assert set(fake.blocks) == {CID, root.cid}


async def test_put__kubo_names_it_otherwise__is_refused() -> None:
    with pytest.raises(KuboRefused):
        await _kubo(FakeKubo()).put(raw_cid(b"other"), BLOCK)


async def test_get__wrong_bytes_or_none__are_told_apart() -> None:
    fake = FakeKubo()
    kubo = _kubo(fake)
    with pytest.raises(BlockMissing):
        await kubo.get(CID)
    fake.blocks[CID] = b"something else"
    with pytest.raises(BlockWrong):
        await kubo.get(CID)
    fake.blocks[CID] = BLOCK
    assert await kubo.get(CID) == BLOCK


async def test_ask__refused_or_down__is_told() -> None:
    fake = FakeKubo()
    with pytest.raises(KuboRefused):
        await _kubo(fake).version()
    fake.down = True
    with pytest.raises(KuboUnavailable):
        await _kubo(fake).get(CID)


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("Bootstrap", ["auto"], "Bootstrap"),
        ("AutoConf", {}, "AutoConf.Enabled"),
        ("Routing", {"Type": "auto"}, "Routing.Type"),
        ("Routing", {}, "Routing.Type"),
    ],
)
async def test_start__public_setting__is_refused(tmp_path: Path, setting: str, value: Any, reason: str) -> None:
    fake = FakeKubo()
    store = KuboBlocks(_kubo(fake), [], tmp_path)
    await store.start()
    fake.config[setting] = value
    with pytest.raises(SwarmPublic) as told:
        await store.start()
    assert told.value.details["reason"] == reason
    await store.close()


async def test_get__own_kubo_lies__comes_from_the_copy_and_is_put_right(tmp_path: Path) -> None:
    own, copy = FakeKubo(), FakeKubo()
    store = KuboBlocks(_kubo(own), [_kubo(copy)], tmp_path)
    await store.put(BLOCK)
    assert CID in copy.blocks
    own.blocks[CID] = b"lie"
    assert await store.get(CID) == BLOCK
    assert own.blocks[CID] == BLOCK
    own.down = True
    assert await store.get(CID) == BLOCK
    copy.down = True
    with pytest.raises(BlockMissing):
        await store.get(CID)


async def test_delete__copy_is_down__is_made_up_for_over_a_restart(tmp_path: Path) -> None:
    own, copy = FakeKubo(), FakeKubo()
    store = KuboBlocks(_kubo(own), [_kubo(copy)], tmp_path)
    await store.put(BLOCK)
    copy.down = True
    await store.delete(CID)
    kept = await store.put(b"kept")
    again = KuboBlocks(_kubo(own), [_kubo(copy)], tmp_path)
    with pytest.raises(BlockErased):
        await again.get(CID)
    assert again.status().missed == {"http://kubo": 2}
    copy.down = False
    assert await again.catch_up() == 0
    assert set(copy.blocks) == {kept}
    assert again.status().missed == {"http://kubo": 0}


async def test_catch_up__block_is_lost_here_too__goes_on_with_the_others(tmp_path: Path) -> None:
    own, copy = FakeKubo(), FakeKubo()
    store = KuboBlocks(_kubo(own), [_kubo(copy)], tmp_path)
    copy.down = True
    names: list[Cid] = [await store.put(bytes([number])) for number in range(3)]
    del own.blocks[sorted(names)[0]]
    copy.down = False
    assert await store.catch_up() == 1
    assert set(copy.blocks) == set(sorted(names)[1:])
