"""What is printed can be read back: by scanners every code, by people every character."""

import csv
import io
import secrets
import unicodedata
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from tcmchain.web.printing import typeface
from tcmchain.web.printing.document import A4, Document
from tcmchain.web.printing.flow import Flow
from tcmchain.web.printing.press import Press, PressBusy
from tcmchain.web.printing.sheets import (
    PAPERS,
    Label,
    LabelPaper,
    NoLabels,
    PaperUnknown,
    draw_sheet,
    paper_of,
)
from tcmchain.web.printing.typeface import GlyphMissing, covered, printable

TERMS = Path(__file__).parents[2] / "src" / "tcmchain" / "terms" / "data"
LINK = "https://node.example/01/06901234567892/10/SSS-250927-02/21/"
RARE = "䗪虫 䓖 菝葜 荜茇 礞石 蕤仁 蟾酥 鹿茸 莪术 藁本 秦艽 薤白 僵蚕 蛤蚧 鳖甲 䴙䴘 𬶨 龜甲 薑黃 rén shēn Rg₁ m² ≥ ℃"


def _label(serial: str = "6Q8F2K7M91XD", hidden: str = "ABCD-EFGH-JKMN-PQRS") -> Label:
    lines = [("批号", "SSS-250927-02"), ("有效期至", "2028-09-26"), ("序列号", serial)]
    return Label(LINK + serial, "大黄䗪虫丸", "生晒参 · dried ginseng", lines, hidden, "刮开验真")


def _scanned(pdf: bytes, dots_per_inch: int = 300) -> list[str]:
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        picture = page.render(scale=dots_per_inch / 72).to_pil()
        found += [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]
    return found


def _text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def _fonts(pdf: bytes) -> list[Any]:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    fonts = [font.get_object() for page in pages for font in page["/Resources"]["/Font"].values()]
    return [below.get_object() for font in fonts for below in font.get("/DescendantFonts", [font])]


def test_cover__term_tables__have_no_character_that_cannot_be_printed() -> None:
    # How the books of old write a character is read only, and never printed.
    tables = [file for file in TERMS.glob("*.csv") if file.stem != "characters"]
    rows = [row for file in tables for row in csv.reader(file.open(encoding="utf-8"))]
    missing = {letter for row in rows for cell in row for letter in cell if ord(letter) not in covered()}
    assert missing == set()


def test_cover__gb2312__is_whole() -> None:
    every = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFA)]
    assert [letter for letter in every if ord(letter) not in covered()] == []


def test_print__rare_characters_of_herbs__are_all_there() -> None:
    document = Document(A4, "试印")
    document.page()
    document.text(10, 20, RARE, 11)
    assert RARE.replace(" ", "") in _text(document.bytes()).replace(" ", "").replace("\n", "")


def test_print__character_outside_the_typeface__is_refused_by_name() -> None:
    with pytest.raises(GlyphMissing) as refused:
        draw_sheet([Label(LINK, "人参𝌆")], PAPERS["a4-24"], "标签")
    assert refused.value.details == {"character": "𝌆", "number": "U+1D306", "text": "人参𝌆"}


@pytest.mark.parametrize("text", ["人参\x00", "a\u202eb", "\U0001f33f", "\ue000"])
def test_print__what_has_no_shape__is_refused(text: str) -> None:
    with pytest.raises(GlyphMissing):
        printable(text)


def test_print__what_others_wrote__is_spelled_out_and_stops_nobody() -> None:
    document = Document(A4, "证书 \U0001f33f", spell=True)
    document.page()
    document.text(10, 20, "货好\U0001f600", 11)
    document.paragraph(10, 40, "𝌆" * 300, 9, 100)
    assert "货好[U+1F600]" in _text(document.bytes())


@settings(deadline=None)
@given(st.text(max_size=40))
def test_print__any_text__is_whole_or_refused(text: str) -> None:
    composed = ["\x20" if letter.isspace() else letter for letter in unicodedata.normalize("NFC", text)]
    if {ord(letter) for letter in composed} <= covered():
        assert printable(text) == "".join(composed)
    else:
        with pytest.raises(GlyphMissing):
            printable(text)


def test_print__decomposed_pinyin__is_composed_first() -> None:
    assert printable("re\u0301n she\u0304n\u3000x") == "rén shēn x"


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_draw_sheet__any_paper__gives_back_every_code(paper: LabelPaper) -> None:
    serials = [secrets.token_hex(6).upper() for _ in range(paper.places + 1)]
    drawn = draw_sheet(map(_label, serials), paper, "标签")
    assert sorted(_scanned(drawn)) == sorted(LINK + serial for serial in serials)
    assert all(serial in _text(drawn) for serial in serials)


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_place__any_paper__keeps_its_labels_on_the_page_and_apart(paper: LabelPaper) -> None:
    corners = [paper.place(number) for number in range(paper.places)]
    assert len(set(corners)) == paper.places
    assert all(x >= 0 and x + paper.label[0] <= paper.page[0] + 0.01 for x, _ in corners)
    assert all(y >= 0 and y + paper.label[1] <= paper.page[1] + 0.01 for _, y in corners)


def test_draw_sheet__long_names__shrink_within_the_label() -> None:
    label = Label(
        LINK, "安国本草中药饮片厂" * 3, "very long name of a form " * 3, [("生产单位", "某某药业有限公司" * 3)]
    )
    page = pypdf.PdfReader(io.BytesIO(draw_sheet([label], PAPERS["roll-50x30"], "标签"))).pages[0]
    heights: list[float] = []
    page.extract_text(visitor_text=lambda text, _a, matrix, _b, _c: heights.append(matrix[5]) if text.strip() else None)
    assert min(heights) > 0


def test_draw_sheet__hundreds__tells_how_far_it_is() -> None:
    told: list[int] = []
    draw_sheet((_label(hidden="") for _ in range(250)), PAPERS["a4-40"], "标签", told=told.append)
    assert told == [100, 200, 250]


def test_draw_sheet__fonts__are_embedded() -> None:
    fonts = _fonts(draw_sheet([_label()], PAPERS["a4-24"], "标签"))
    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)


def test_draw_sheet__nothing__is_refused() -> None:
    with pytest.raises(NoLabels):
        draw_sheet([], PAPERS["a4-24"], "标签")


def test_choose_paper__unknown__names_those_there_are() -> None:
    with pytest.raises(PaperUnknown) as refused:
        paper_of("a3")
    assert refused.value.details["known"] == list(PAPERS)


def test_flow__more_than_a_page__goes_on_with_none_lost() -> None:
    document = Document(A4, "长文")
    flow = Flow(document)
    for number in range(120):
        flow.paragraph(f"第 {number} 段")
    drawn = document.bytes()
    assert len(pypdf.PdfReader(io.BytesIO(drawn)).pages) > 1
    assert all(f"第 {number} 段" in _text(drawn) for number in range(120))


def test_break__words_and_chinese__keeps_words_whole_where_they_fit() -> None:
    lines = Document(A4, "断行").broken("人参 Ginseng Radix et Rhizoma 生晒参生晒参生晒参", 10, 30)
    assert "".join(lines).replace(" ", "") == "人参GinsengRadixetRhizoma生晒参生晒参生晒参"
    assert any(line.endswith("Radix") or "Radix" in line.split() for line in lines)


def test_print__more_than_may_wait__are_told_to_come_again() -> None:
    press = Press(at_once=1, waiting=0)
    with press.turn(), pytest.raises(PressBusy), press.turn():
        pass
    with press.turn():
        pass


def test_carry__typeface__stays_within_four_megabytes() -> None:
    assert typeface.FILE.stat().st_size <= 4_000_000
