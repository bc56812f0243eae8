"""Refusals in the reader's words, strangers' transactions, and tables as offices write them."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.running import signed_in

from tcmchain.chain.signers import LocalSigner
from tcmchain.errors import TcmChainError
from tcmchain.example import cast
from tcmchain.provenance.model.sheet import SheetKind
from tcmchain.sdk import TcmChain

pytestmark = pytest.mark.engine

DAY = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
STRANGER = LocalSigner(b"\x77" * 32)


async def _holding(acting: TcmChain) -> tuple[str, int]:
    found = min(await acting.provenance.holdings(), key=lambda held: held["lot"]["id"])
    return found["lot"]["id"], found["milligrams"]


async def test_ship__more_than_is_held__is_refused_in_both_languages(node: str) -> None:
    async with TcmChain(node, cast.officer("factory")) as factory:
        lot, held = await _holding(factory)
        body = {
            "reference": "TOO-MUCH-2",
            "to": cast.member("hospital"),
            "lines": [{"lot": lot, "quantity": f"{held + 1} mg"}],
            "happened": DAY,
            "facts": {},
        }
        token = signed_in(node, cast.officer("factory"))
        for language, words in (("zh", "持有量不够"), ("en", "hold")):
            headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
            async with httpx.AsyncClient() as client:
                said = await client.post(f"{node}/api/provenance/shipments", json=body, headers=headers)
            assert (said.status_code, said.json()["code"]) == (409, "provenance-insufficient")
            assert said.json()["details"]["held"] == held
            assert words in said.json()["message"], said.json()["message"]
        assert await _holding(factory) == (lot, held)


async def test_send__step_signed_by_a_stranger__changes_nothing(node: str) -> None:
    async with TcmChain(node, cast.officer("hospital")) as hospital, TcmChain(node, STRANGER) as stranger:
        lot, held = await _holding(hospital)
        body = {"lot": lot, "quantity": "1 g", "reason": "loss", "happened": DAY, "facts": {}}
        answer = await hospital.http.post("/api/provenance/retirements", body)
        sent = await stranger.http.submit(answer)
        with pytest.raises(TcmChainError):
            await stranger.http.wait(sent)
        assert await _holding(hospital) == (lot, held)


async def test_load_table__in_gb18030__takes_every_row(node: str) -> None:
    async with TcmChain(node, cast.officer("hospital")) as hospital:
        lot, held = await _holding(hospital)
        rows = "".join(f"{lot},1 g,取样,{DAY},复检留样\r\n" for _ in range(60))
        table = f"批号,数量,去向,日期,备注\r\n{rows}".encode("gb18030")
        report = await hospital.provenance.load_table(SheetKind.RETIRE, table)
        assert (report.rows, report.transactions, report.errors) == (60, 2, ())
        assert await _holding(hospital) == (lot, held - 60_000)
        newest = (await hospital.http.get("/api/provenance/steps", lot=lot, limit=1))[0]
        assert newest["facts"] == {"note": "复检留样"}
