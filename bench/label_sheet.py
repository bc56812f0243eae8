"""How long a sheet of 1,000 unit labels takes as PDF, each with a code of its own, and whether every code can be read.

Beside it stands what the maker of QR symbols alone takes for them when it weighs every mask for every symbol. An
independent reader (ZXing, on pages that PDFium draws at 300 dpi) then has to find each of the codes.
"""

import secrets
import time
from collections.abc import Iterator
from typing import Final

import pypdfium2
import segno
import zxingcpp

from measured import keep
from tcmchain.provenance.service.labels import Goods, secret_labels
from tcmchain.values import UnixTime
from tcmchain.web.printing.sheets import PAPERS, draw_sheet

LABELS: Final = 1_000
TARGET: Final = 10.0
_LINK: Final = "https://node.example/01/06901234567892/10/SSS-250927-02-P/21/"
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _code(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _rows() -> Iterator[tuple[str, str, str]]:
    for _ in range(LABELS):
        serial = _code(12)
        yield serial, _code(16), _LINK + serial


def main() -> None:
    rows = list(_rows())
    goods = Goods("renshen.dried", maker="安国本草饮片厂（示例）", expires=UnixTime(1_900_000_000))
    started, spent = time.perf_counter(), time.process_time()
    drawn = draw_sheet(secret_labels(goods, rows, "zh"), PAPERS["a4-24"], "标签")
    took, spent = time.perf_counter() - started, time.process_time() - spent
    started = time.perf_counter()
    for _, _, link in rows:
        segno.make(link, error="m", micro=False)
    limit = time.perf_counter() - started
    found: set[str] = set()
    for page in pypdfium2.PdfDocument(drawn):
        found |= {code.text for code in zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())}
    keep(
        "label_sheet",
        labels=LABELS,
        seconds=round(took, 2),
        processor_seconds=round(spent, 2),
        seconds_of_the_symbols_alone=round(limit, 2),
        ratio_to_the_symbols_alone=round(took / limit, 2),
        bytes=len(drawn),
        codes_read_back=len(found & {link for _, _, link in rows}),
        target_seconds=TARGET,
        reached=took <= TARGET and found >= {link for _, _, link in rows},
    )


if __name__ == "__main__":
    main()
