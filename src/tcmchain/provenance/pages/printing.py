"""The certificate of a lot on paper: what its page tells, with every hash whole."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.certificate import Certificate
from tcmchain.provenance.model.recalls import Recall
from tcmchain.provenance.model.references import read_id
from tcmchain.provenance.pages.behind import Behind
from tcmchain.provenance.pages.inspections import Inspection
from tcmchain.provenance.pages.labels import pdf_file
from tcmchain.provenance.pages.names import Names
from tcmchain.provenance.pages.stages import Stage, moment_text
from tcmchain.provenance.pages.story import Story, story_of
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.values import LotId, UnixTime
from tcmchain.web.i18n import Language, language_of, translator
from tcmchain.web.printing.document import A4, ALARM, BRAND, FAINT, LINE, Document
from tcmchain.web.printing.flow import Flow
from tcmchain.web.printing.press import Press

_QR: Final = 36.0
_INDENT: Final = 8.0


class PrintedCertificate:
    """Draws one certificate for one reader."""

    def __init__(self, found: Certificate, story: Story, behind: Behind, language: Language, now: float) -> None:
        self._found = found
        self._story = story
        self._behind = behind
        self._translate = translator(language)
        self._pause, self._comma = ("；", "、") if language == "zh" else ("; ", ", ")
        self._now = now
        title = f"{story.herb.form} {story.lot.reference} · {self._translate('溯源证书')}"
        self._document = Document(A4, title, language, spell=True)
        self._document.each_page(self._foot)

    def draw(self, recalls: Sequence[Recall]) -> bytes:
        """The file; a character that cannot be printed is spelled out."""
        flow = Flow(self._document)
        self._head(flow)
        self._warnings(flow, recalls)
        self._way(flow)
        for inspection in self._story.inspections:
            self._inspection(flow, inspection)
        self._quantities(flow)
        self._standing(flow)
        return self._document.bytes()

    def _head(self, flow: Flow) -> None:
        _, story, document = self._translate, self._story, self._document
        left = flow.left + flow.width - _QR
        document.qr(left, flow.y, _QR, f"{self._behind.url}{story.lot.path}")
        document.text(left + (_QR - document.measure(story.lot.code, 9)) / 2, flow.y + _QR + 3.5, story.lot.code, 9)
        if story.lot.gtin:
            gtin = f"GTIN {story.lot.gtin}"
            document.text(left + (_QR - document.measure(gtin, 7.5)) / 2, flow.y + _QR + 7.5, gtin, 7.5, FAINT)
        bottom, words = flow.y + _QR + 10, flow.width - _QR - 6
        document.text(flow.left, flow.y + 4, _("中药材溯源证书"), 9.5, BRAND)
        document.heavy(flow.left, flow.y + 16, story.herb.herb, 24)
        beside = flow.left + document.measure(story.herb.herb, 24) + 4
        if story.herb.pinyin and beside + document.measure(story.herb.pinyin, 12) < left:
            document.text(beside, flow.y + 16, story.herb.pinyin, 12, FAINT)
        flow.gap(19)
        latin = story.herb.species or story.herb.latin
        flow.paragraph(f"{story.herb.form} · {latin}" if latin else story.herb.form, 11, width=words)
        flow.gap(2)
        flow.pairs([(chip.name, chip.value) for chip in story.headline], columns=3, width=words)
        flow.y = max(flow.y, bottom)

    def _warnings(self, flow: Flow, recalls: Sequence[Recall]) -> None:
        _ = self._translate
        for recall in recalls:
            number = _("召回 %(number)s", number=recall.reference)
            flow.note(f"{_('本批次已被召回冻结，请停止使用，并联系取药的机构。')} {number}", alarm=True)
        for warning in self._story.warnings:
            flow.note(warning, alarm=self._story.doubtful)

    def _way(self, flow: Flow) -> None:
        _, stages = self._translate, self._story.stages
        flow.heading(_("流转全程"), _("%(n)s 个环节", n=len(stages)))
        blocks = {step.id: step.block for step in self._found.steps}
        for stage in stages:
            self._stage(flow, stage, blocks[stage.id], last=stage is stages[-1])

    def _stage(self, flow: Flow, stage: Stage, block: int, last: bool) -> None:
        _, document = self._translate, self._document
        flow.need(20)
        top = flow.y
        document.dot(flow.left + 2, top + 2.6, 1.5, ALARM if stage.conforms is False else BRAND)
        document.heavy(flow.left + _INDENT, top + 4, stage.title, 10.5)
        width = document.measure(stage.when, 8.5)
        document.text(flow.left + flow.width - width, top + 4, stage.when, 8.5, FAINT)
        flow.gap(6)
        arrow = " → " if stage.icon == "truck" else " ← "
        parties = arrow.join(f"{party.kind} {party.name}" for party in (stage.member, stage.other) if party)
        flow.paragraph(" · ".join(part for part in (parties, stage.place) if part), 9, indent=_INDENT)
        facts = self._pause.join(f"{chip.name} {chip.value}" for chip in stage.chips)
        if facts:
            flow.paragraph(facts, 9, indent=_INDENT)
        if stage.report:
            flow.paragraph(f"{_('报告摘要')} SHA-256 {stage.report}", 7, FAINT, indent=_INDENT)
        flow.paragraph(f"{_('区块')} {block} · {_('交易')} {stage.tx}", 7, FAINT, indent=_INDENT)
        if not last and flow.y > top:
            document.rule(flow.left + 2, top + 4.6, flow.left + 2, flow.y + 1, LINE, 0.4)
        flow.gap(2)

    def _inspection(self, flow: Flow, inspection: Inspection) -> None:
        _ = self._translate
        flow.heading(_("质量检验"), _("符合规定") if inspection.conforms else _("不符合规定"))
        about = (inspection.lab.name, inspection.when, inspection.report, inspection.standard)
        flow.paragraph(" · ".join(part for part in about if part), 9, FAINT)
        if not inspection.readings:
            return
        shares = (0.46, 0.2, 0.18, 0.16)
        flow.columns((_("检验项目"), _("结果"), _("标准"), _("结论")), shares, 8, FAINT)
        for reading in inspection.readings:
            result = _("合格") if reading.conforms else _("不合格")
            cells = (reading.item, f"{reading.value} {reading.unit}".strip(), reading.limit or "—", result)
            flow.columns(cells, shares, colour=ALARM if not reading.conforms else (16, 36, 31))

    def _quantities(self, flow: Flow) -> None:
        _, story = self._translate, self._story
        flow.heading(_("数量守恒"), _("共制 %(total)s", total=story.balance.note))
        flow.pairs([(part.name, part.amount) for part in story.flows], columns=4)
        holders = [(part.party.name, part.amount) for part in story.holders if part.party is not None]
        if holders:
            flow.paragraph(_("现存何处"), 9, FAINT)
            flow.pairs(holders, columns=3)
        if story.quotas:
            flow.paragraph(_("采收配额"), 9, FAINT)
            flow.pairs([(chip.name, chip.value) for chip in story.quotas], columns=2)

    def _standing(self, flow: Flow) -> None:
        """What each party has proven, and what the ledger stands on."""
        _, behind = self._translate, self._behind
        flow.heading(_("谁证明了什么"))
        flow.columns((_("成员"), _("环节"), _("类别")), (0.45, 0.37, 0.18), 8, FAINT)
        told: dict[str, tuple[str, dict[str, int]]] = {}
        for stage in self._story.stages:
            titles = told.setdefault(stage.member.name, (stage.member.kind, {}))[1]
            titles[stage.title] = titles.get(stage.title, 0) + 1
        for name, (kind, titles) in told.items():
            done = self._comma.join(title if times == 1 else f"{title} × {times}" for title, times in titles.items())
            flow.columns((name, done, kind), (0.45, 0.37, 0.18))
        flow.heading(_("这份证书靠什么"), _("单一运营方") if behind.embedded else _("联盟网络"))
        single = _("账本由本节点一家运行：每个环节由各成员签名，改动会被发现，但不能防止运行者停机或重写全部历史。")
        shared = _("账本由多家成员的节点共同维护，任何一家都不能单独改写。")
        flow.note(single if behind.embedded else shared)
        flow.pairs([(_("链编号"), str(behind.chain_id)), (_("溯源合约"), " ".join(behind.ledgers()))], columns=2)
        read = _("读至区块 %(block)s", block=f"{self._found.block:,}")
        flow.paragraph(f"{read} · {_('印于')} {moment_text(UnixTime(int(self._now)))}", 9, FAINT)
        flow.paragraph(_("纸面不会更新：扫描二维码查看现状，并在自己的浏览器里核验。"), 9, FAINT)

    def _foot(self, page: int) -> None:
        document, lot = self._document, self._story.lot
        y = document.height - 10
        document.text(18, y, f"{lot.code} · {self._behind.url}{lot.path}"[:130], 7, FAINT)
        number = str(page)
        document.text(document.width - 18 - document.measure(number, 7), y, number, 7, FAINT)


def router(
    ledger: Ledger,
    recalls: Recalls,
    roll: Roll,
    behind: Behind,
    press: Press,
    now: Callable[[], float] = time.time,
) -> APIRouter:
    """``/provenance/lots/{lot}/certificate.pdf``."""
    found = APIRouter(prefix="/provenance", include_in_schema=False)

    @found.get("/lots/{lot}/certificate.pdf")
    def print_certificate(request: Request, lot: str) -> Response:
        """The certificate as PDF in the reader's language."""
        language, moment = language_of(request), now()
        certificate = ledger.certificate(LotId(read_id(lot)))
        story = story_of(certificate, Names(roll, language), moment)
        holding = recalls.holding_up([certificate.lot.id]).get(certificate.lot.id, ())
        with press.turn():
            drawn = PrintedCertificate(certificate, story, behind, language, moment).draw(holding)
        return pdf_file("certificate.pdf", drawn)

    return found
