"""Ledger moves in bulk: a CSV of 10,000 rows, signed, on chain and indexed.

A grower commissions one lot in 10,000 rows' worth, then a CSV takes 10,000 samples off the ledger through the same door
that the pages and the command line use. The limit beside it is how fast the same table is read and turned into calls
(its dry run) without being signed.
"""

import asyncio
import time
from typing import Final

from measured import example_node, keep
from tcmchain.example import cast
from tcmchain.provenance.model.sheet import SheetKind
from tcmchain.sdk import TcmChain

ROWS: Final = 10_000
TARGET: Final = 1_000


async def _measure(url: str) -> tuple[float, float]:
    western = TcmChain(url, cast.officer("western"))
    holding = max(await western.provenance.holdings(), key=lambda held: int(held["milligrams"]))
    lot = holding["lot"]["id"]
    rows = [f"{lot},{1 + row % 9} mg,取样,2026-11-01" for row in range(ROWS)]
    table = "\r\n".join(["批号,数量,去向,日期", *rows]).encode()
    started = time.perf_counter()
    report = await western.provenance.check_table(SheetKind.RETIRE, table)
    dry = time.perf_counter() - started
    assert report.rows == ROWS
    assert not report.errors
    started = time.perf_counter()
    await western.provenance.load_table(SheetKind.RETIRE, table)
    whole = time.perf_counter() - started
    after = next(h for h in await western.provenance.holdings() if h["lot"]["id"] == lot)
    taken = sum(1 + row % 9 for row in range(ROWS))
    assert int(holding["milligrams"]) - int(after["milligrams"]) == taken
    await western.http.close()
    return dry, whole


def main() -> None:
    with example_node() as url:
        dry, whole = asyncio.run(_measure(url))
    per_second = round(ROWS / whole)
    keep(
        "bulk_moves",
        rows=ROWS,
        seconds=round(whole, 2),
        moves_per_second=per_second,
        dry_run_rows_per_second=round(ROWS / dry),
        share_of_dry_run=round(dry / whole, 3),
        target=TARGET,
        reached=per_second >= TARGET,
    )


if __name__ == "__main__":
    main()
