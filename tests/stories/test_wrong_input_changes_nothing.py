"""Whatever is wrong is said in a sentence, with the right status, and nothing is lost or changed."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tcmchain.chain.rpc import RpcError
from tcmchain.errors import NotPermitted, TcmChainError
from tcmchain.example import cast
from tcmchain.provenance.client import Quantity
from tcmchain.provenance.model.errors import Insufficient, QuotaExceeded, RowsWrong, UnknownLot, WrongKind
from tcmchain.provenance.model.sheet import SheetKind
from tcmchain.sdk import TcmChain
from tcmchain.values import LotId, QuotaId

pytestmark = pytest.mark.engine

NOW = "2026-11-01T09:00"


async def _held(acting: TcmChain) -> tuple[LotId, int]:
    holding = max(await acting.provenance.holdings(), key=lambda found: found["milligrams"])
    return LotId(holding["lot"]["id"]), holding["milligrams"]


async def test_ship__more_than_is_held__is_refused_and_nothing_moves(node: str) -> None:
    async with TcmChain(node, cast.officer("factory")) as factory:
        lot, held = await _held(factory)
        line = Quantity(lot, f"{held + 1} mg")
        with pytest.raises(Insufficient) as refused:
            await factory.provenance.ship("TOO-MUCH", cast.member("hospital"), [line], NOW, {})
        assert refused.value.details["held"] == held
        assert (await _held(factory))[1] == held


async def test_commission__over_the_quota_or_anothers__is_refused(node: str) -> None:
    async with TcmChain(node, cast.officer("grower")) as grower, TcmChain(node, cast.officer("neighbour")) as neighbour:
        quota = QuotaId((await grower.provenance.quotas(cast.member("grower")))[0]["id"])
        with pytest.raises(QuotaExceeded):
            await grower.provenance.commission(quota, "OVER", "9000 kg", NOW, {})
        with pytest.raises(NotPermitted):
            await neighbour.provenance.commission(quota, "OTHER", "1 kg", NOW, {})


async def test_dispense__by_a_merchant__is_not_permitted(node: str) -> None:
    async with TcmChain(node, cast.officer("distributor")) as distributor:
        lot, _ = await _held(distributor)
        with pytest.raises(WrongKind):
            await distributor.provenance.dispense([Quantity(lot, "1 g")], lot, NOW, {})


async def test_ship__two_at_once_for_one_lot__only_one_goes(node: str) -> None:
    async with TcmChain(node, cast.officer("distributor")) as first:
        lot, held = await _held(first)
        line = {"lot": lot, "quantity": f"{held} mg"}
        body = {"to": cast.member("pharmacy"), "lines": [line], "happened": NOW, "facts": {}}
        answers = [await first.http.post("/api/provenance/shipments", {**body, "reference": f"RACE-{n}"}) for n in "AB"]
        sent = [(await first.http.submit(answer))[0] for answer in answers]
        outcomes = await asyncio.gather(*(first.http.wait([one]) for one in sent), return_exceptions=True)
        assert sum(isinstance(outcome, TcmChainError) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, list) for outcome in outcomes) == 1


async def test_find__unknown_lot__is_not_found(node: str) -> None:
    async with TcmChain(node) as anybody:
        with pytest.raises(UnknownLot):
            await anybody.provenance.lot(LotId("0x" + "ab" * 32))


@pytest.mark.parametrize(("language", "words"), [("zh", "未找到该追溯码"), ("en", "Trace code not found")])
def test_show__unknown_code__says_so_on_a_page(node: str, language: str, words: str) -> None:
    page = httpx.get(f"{node}/provenance/codes/ZZZZ-ZZZZ-ZZZZ", params={"lang": language})
    assert page.status_code == 404
    assert words in page.text


async def test_load_table__in_gb18030_with_wrong_rows__names_them_and_does_nothing(node: str) -> None:
    async with TcmChain(node, cast.officer("hospital")) as hospital:
        lot, held = await _held(hospital)
        table = f"批号,数量,去向,日期\n{lot},1 g,取样,2026-11-01\n{lot},很多,取样,2026-11-01\nZZZ,1 g,取样,2026-11-01\n"
        report = await hospital.provenance.check_table(SheetKind.RETIRE, table.encode("gb18030"))
        assert [row for row, *_ in report.errors] == [3, 4]
        assert "很多" in report.errors[0][2]
        with pytest.raises(RowsWrong):
            await hospital.provenance.load_table(SheetKind.RETIRE, table.encode("gb18030"))
        assert (await _held(hospital)) == (lot, held)


def test_upload__two_hundred_megabytes__is_refused_before_it_is_read(node: str) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b"x" * (1 << 20)

    host, port = urlsplit(node).hostname, urlsplit(node).port
    with socket.create_connection((host, port), timeout=10) as line:
        head = (
            f"POST /api/provenance/bulk/retire HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {200 << 20}\r\n\r\n"
        )
        line.sendall(head.encode())
        said = line.recv(65_536).decode()
    assert said.startswith("HTTP/1.1 413")
    with contextlib.suppress(httpx.WriteError):
        assert httpx.post(f"{node}/api/provenance/lots", content=endless()).status_code == 413
    assert httpx.get(f"{node}/healthz").status_code == 200


@pytest.mark.parametrize("raw", ["0x", "0x00", "0xdeadbeef", "0x" + "ff" * 500, "garbage", None, 7])
def test_send__garbage_for_a_transaction__is_an_error_not_a_fault(node: str, raw: object) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "eth_sendRawTransaction", "params": [raw]}
    answer = httpx.post(f"{node}/rpc/care", json=asked)
    assert answer.status_code == 200
    assert "error" in answer.json()


async def test_send__the_same_transaction_again__answers_the_same_and_counts_once(node: str) -> None:
    async with TcmChain(node, cast.officer("hospital")) as hospital:
        lot, held = await _held(hospital)
        body = {"lot": lot, "quantity": "1 mg", "reason": "sampling", "happened": NOW, "facts": {}}
        (sent,) = await hospital.http.submit(await hospital.http.post("/api/provenance/retirements", body))
        await hospital.http.wait([sent])
        raw = await _rpc(node, "eth_getRawTransactionByHash", [sent.tx])
        assert await _rpc(node, "eth_sendRawTransaction", [raw]) == sent.tx
        assert (await _held(hospital))[1] == held - 1


async def _rpc(node: str, method: str, params: list) -> object:
    async with httpx.AsyncClient() as client:
        asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = (await client.post(f"{node}/rpc/care", json=asked)).json()
    if "error" in answer:
        raise RpcError(answer["error"]["code"], answer["error"]["message"])
    return answer["result"]


@pytest.mark.parametrize(
    "method", ["anvil_setBalance", "evm_mine", "debug_traceTransaction", "eth_sendTransaction", "admin_peers"]
)
async def test_ask__a_method_of_the_engine__is_denied(node: str, method: str) -> None:
    with pytest.raises(RpcError) as denied:
        await _rpc(node, method, [])
    assert denied.value.rpc_code == -32601


def test_write__from_a_page_of_another_origin__is_refused(node: str) -> None:
    foreign = {"origin": "https://elsewhere.example"}
    said = httpx.post(f"{node}/api/session", json={}, headers=foreign)
    assert (said.status_code, said.json()["code"]) == (403, "origin-foreign")
    asked = {"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []}
    for site in (foreign["origin"], "http://[::1"):
        assert httpx.post(f"{node}/rpc/care", json=asked, headers={"origin": site}).status_code == 403
    assert httpx.get(f"{node}/", headers={"host": "elsewhere.example"}).status_code == 422


def test_say__a_refusal__in_the_language_asked_for(node: str) -> None:
    for language, words in (("zh", "请先解锁钱包并登录"), ("en", "sign in first")):
        said = httpx.get(f"{node}/api/provenance/stock", headers={"accept-language": language})
        assert said.status_code == 401
        assert words in said.json()["message"]
