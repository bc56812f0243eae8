"""The whole of a patient's records in one ZIP file, made on the patient's own machine.

In it: ``index.html`` to be read and printed, ``bundle.json`` as FHIR R4 (a Bundle of type collection), and the files
themselves. The newest version of each file is in it; erased ones are named as such.
"""

import io
import json
import mimetypes
import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from tcmchain.crypto.keys import Relation
from tcmchain.errors import TcmChainError
from tcmchain.records.client.opening import Opened, open_envelope, with_relation
from tcmchain.records.client.records import RecordsClient
from tcmchain.records.model.facts import FHIR_JSON, Facts, RecordType
from tcmchain.records.model.fhir import Resource, Writer, bundle, resources_of
from tcmchain.values import Address

TYPES: Final = {
    RecordType.ENCOUNTER: "就诊 Encounter",
    RecordType.VITALS: "体征 Vital signs",
    RecordType.CONDITION: "诊断 Condition",
    RecordType.PRESCRIPTION: "处方 Prescription",
    RecordType.DISPENSING: "发药 Dispensing",
    RecordType.DEVICE_USE: "器械使用 Device use",
    RecordType.LAB: "检验 Laboratory",
    RecordType.IMAGING: "影像 Imaging",
    RecordType.DOCUMENT: "文档 Document",
    RecordType.PROFILE: "基本情况 Profile",
    RecordType.ALLERGY: "过敏 Allergy",
    RecordType.MEDICATION: "用药 Medication",
    RecordType.NOTE: "备注 Note",
}

_STYLE: Final = (
    "body{font:16px/1.6 'Noto Sans CJK SC',sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "article{border-top:1px solid #cbb;padding:.8rem 0;break-inside:avoid}h2{font-size:1.1rem;margin:0}"
    "p,dl{margin:.2rem 0}dt{float:left;clear:left;width:12rem;color:#666}dd{margin-left:13rem}small{color:#666}"
)


@dataclass(slots=True)
class Export:
    """What was put together so far, and what could not be opened: ``numbers`` of entries."""

    resources: list[Resource] = field(default_factory=list)
    articles: list[tuple[str, str]] = field(default_factory=list)
    erased: int = 0
    unopened: list[tuple[Address, int]] = field(default_factory=list)


async def export(client: RecordsClient, relations: Sequence[Relation]) -> tuple[bytes, Export]:
    """Open all files of some relations and put them together as a ZIP file; the keys stay in this process.

    What cannot be opened or had is counted and named, and does not end it.
    """
    raw, made = io.BytesIO(), Export()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for relation in relations:
            async for opened, body in _files(client, relation, made):
                _put(archive, made, opened, body)
        made.articles.sort(reverse=True)
        archive.writestr("bundle.json", json.dumps(bundle(made.resources), ensure_ascii=False, indent=1))
        archive.writestr("index.html", _page(made))
    return raw.getvalue(), made


async def _files(client: RecordsClient, relation: Relation, made: Export) -> AsyncIterator[tuple[Opened, bytes]]:
    key = with_relation(relation)
    async for line in client.lines(relation.account):
        if line.erased:
            made.erased += 1
        elif line.newest:
            try:
                if line.envelope is None:
                    raise TcmChainError
                opened = open_envelope(line.envelope, line.appended.entry, key)
                body = await client.body(opened)
            except TcmChainError:
                made.unopened.append((relation.account, line.appended.number))
                continue
            yield opened, body


def _put(archive: zipfile.ZipFile, made: Export, opened: Opened, body: bytes) -> None:
    facts, file = opened.facts, opened.envelope.file
    name = ""
    content = _fhir(facts, body)
    if content is None:
        suffix = mimetypes.guess_extension(facts.media.partition(";")[0]) or ".bin"
        name = f"files/{file[2:14]}{suffix}"
        archive.writestr(name, body)
        writer = Writer(opened.envelope.patient, facts.happened, facts.author.name, facts.encounter)
        document = writer.document(facts.title, facts.media, facts.sha256, facts.size)
        document["content"][0]["attachment"]["url"] = name
        made.resources.append(document)
    else:
        made.resources.extend(resources_of(content))
    made.articles.append((facts.happened, _article(facts, name, content)))


def _fhir(facts: Facts, body: bytes) -> Resource | None:
    if facts.media != FHIR_JSON:
        return None
    try:
        content = json.loads(body)
    except ValueError:
        return None
    return content if isinstance(content, dict) and "resourceType" in content else None


def _article(facts: Facts, name: str, content: Resource | None) -> str:
    who = "本人 self-supplied" if facts.self_supplied else facts.author.name or facts.author.account
    rows = "".join(f"<dt>{escape(key)}</dt><dd>{escape(_said(value))}</dd>" for key, value in facts.summary.items())
    told = "".join(f"<p>{escape(line)}</p>" for line in _lines(content))
    link = f'<p><a href="{escape(name)}">{escape(facts.title)}</a></p>' if name else ""
    return (
        f"<article><h2>{escape(facts.title)}</h2>"
        f"<p><small>{escape(TYPES[facts.type])} · {escape(facts.happened)} · {escape(who)}</small></p>"
        f"<dl>{rows}</dl>{told}{link}</article>"
    )


def _lines(content: Resource | None) -> list[str]:
    """What the resources of a record say in words, one line each."""
    found = []
    for resource in [] if content is None else resources_of(content):
        what = resource.get("code") or resource.get("medicationCodeableConcept") or {}
        title = str(what.get("text") or resource.get("title") or "") if isinstance(what, dict) else ""
        value = resource.get("valueString") or resource.get("description") or resource.get("conclusion") or ""
        quantity = resource.get("valueQuantity")
        if isinstance(quantity, dict):
            value = f"{quantity.get('value')} {quantity.get('unit', '')}"
        if title or value:
            found.append(f"{title}：{value}" if title and value else title or str(value))
    return found


def _said(value: Any) -> str:
    return "、".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _page(made: Export) -> str:
    missing = f"<p>未能打开 could not be opened: {len(made.unopened)}</p>" if made.unopened else ""
    erased = f"<p>已删除 erased: {made.erased}</p>" if made.erased else ""
    articles = "".join(article for _, article in made.articles)
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>健康档案 Health records</title>'
        f"<style>{_STYLE}</style><h1>健康档案 Health records</h1>"
        f"<p>{len(made.articles)} 份 files</p>{missing}{erased}{articles}</html>"
    )
