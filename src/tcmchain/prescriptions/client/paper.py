"""The sheet on paper, A5: parts and order as 中药处方格式及书写规范 (2010) and 处方管理办法 (2007) want them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tcmchain.prescriptions.model.document import Document
from tcmchain.prescriptions.model.slip import Slip
from tcmchain.terms.preparations import ROLES, preparations
from tcmchain.values import day_of
from tcmchain.web.printing.document import FAINT
from tcmchain.web.printing.document import Document as Sheet

A5: Final = (148.0, 210.0)
_LEFT: Final = 12.0
_RIGHT: Final = 136.0
_COLUMNS: Final = 3
_ROW: Final = 9.0
_SEX: Final[Mapping[str, str]] = {"female": "女", "male": "男", "unknown": ""}
_SIGNS: Final = ("审核", "调配", "核对", "发药", "金额")


def write_paper(document: Document, slip: Slip | None = None) -> bytes:
    """A PDF of one page; with a slip its QR code stands at the foot, and then the paper is worth the medicine."""
    sheet = Sheet(A5, "处方笺", spell=True)
    sheet.page()
    y = _head(sheet, document)
    y = _herbs(sheet, document, y)
    y = _overrides(sheet, document, y)
    _foot(sheet, document, slip, max(y, 150.0))
    return sheet.bytes()


def ordered(lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Lines in the norm's order: 君 臣 佐 使, the others as they were written."""
    return sorted(lines, key=lambda line: ROLES.index(line["role"]) if line["role"] in ROLES else len(ROLES))


def _head(sheet: Sheet, document: Document) -> float:
    rx, patient = document.prescription, document.prescription["patient"]
    title = f"{document.prescriber.member_name} 处方笺"
    sheet.heavy((A5[0] - sheet.measure(title, 15)) / 2, 16, title, 15)
    kind = "急诊　中药饮片" if rx["emergency"] else "中药饮片"
    sheet.text((A5[0] - sheet.measure(kind, 9)) / 2, 22, kind, 9, FAINT)
    diagnosis = rx["diagnosis"]
    rows = (
        (("姓名", document.patient), ("性别", _SEX[patient["sex"]]), ("年龄", _age(patient["months"]))),
        (("门诊号", document.record), ("科别", rx["department"]), ("费别", rx["fee"])),
        (("日期", day_of(document.written).isoformat()), ("病名", diagnosis["disease_words"]), ("", "")),
        (("证候", diagnosis["syndrome_words"]), ("", ""), ("", "")),
    )
    y = 31.0
    for row in rows:
        for at, (label, value) in enumerate(row):
            if label:
                x = _LEFT + at * 42
                sheet.text(x, y, label, 8, FAINT)
                sheet.text(x + sheet.measure(label, 8) + 1.5, y, value, 9)
        y += 6
    sheet.rule(_LEFT, y - 3, _RIGHT, y - 3)
    return y + 4


def _herbs(sheet: Sheet, document: Document, y: float) -> float:
    sheet.heavy(_LEFT, y, "Rp.", 13)
    y += _ROW
    width = (_RIGHT - _LEFT) / _COLUMNS
    over = _signed_again(document)
    lines = ordered(document.prescription["lines"])
    for at, line in enumerate(lines):
        x, base = _LEFT + (at % _COLUMNS) * width, y + (at // _COLUMNS) * _ROW
        name = line["processing"] + line["name"]
        sheet.text(x, base, name, 10.5)
        after = x + sheet.measure(name, 10.5)
        # How a herb is prepared stands at the upper right of its name, in brackets.
        above = " ".join(preparations()[one].zh for one in line["preparations"] if one in preparations())
        if above:
            sheet.text(after + 0.4, base - 2.4, f"({above})", 6)
        grams = f"{line['grams']}g" + ("　(签)" if line["herb"] in over else "")
        sheet.text(x + width - 3 - sheet.measure(grams, 10), base, grams, 10)
    y += ((len(lines) - 1) // _COLUMNS + 1) * _ROW
    sheet.heavy(_LEFT, y, f"共 {document.prescription['doses']} 剂　{document.prescription['usage']}", 10)
    return y + 8


def _overrides(sheet: Sheet, document: Document, y: float) -> float:
    for one in document.overrides:
        signed = "医师与第二人签名" if one.second else "医师签名"
        y = sheet.paragraph(_LEFT, y, f"坚持用药 {one.finding}：{one.reason}（{signed}）", 7.5, _RIGHT - _LEFT)
    return y


def _foot(sheet: Sheet, document: Document, slip: Slip | None, y: float) -> None:
    sheet.rule(_LEFT, y, _RIGHT, y)
    sheet.text(_LEFT, y + 7, f"医师　{document.prescriber.name}", 9.5)
    for at, label in enumerate(_SIGNS):
        x = _LEFT + (at % 3) * 30
        sheet.text(x, y + 15 + (at // 3) * 8, f"{label}：", 9)
    sheet.text(_LEFT, y + 33, f"审方规则第 {document.rules} 版　处方规则摘要 {document.rules_digest[2:18]}", 6.5, FAINT)
    if slip is not None:
        sheet.qr(_RIGHT - 36, y + 2, 36, slip.write())
        sheet.text(_LEFT, y + 38, "持此码者可读此方并取药一次，请妥善保管。", 7.5)


def _signed_again(document: Document) -> set[str]:
    """Herbs whose dose the prescriber insists on: beside them one signs again."""
    overridden = {one.finding for one in document.overrides}
    found = (one for one in document.verdict.get("findings", ()) if one["kind"] == "dose")
    return {subject for one in found if one["id"] in overridden for subject in one["subjects"]}


def _age(months: int | None) -> str:
    if months is None:
        return ""
    return f"{months} 个月" if months < 36 else f"{months // 12} 岁"
