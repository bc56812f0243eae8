"""The door at which programs and scanners ask what a code says."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from tcmchain.gs1.errors import rule_en, rule_zh
from tcmchain.gs1.plus_tags import PlusTag
from tcmchain.gs1.reading import LONGEST, Kind, Reading, read, tag_of
from tcmchain.gs1.tags import Tag


class ElementView(BaseModel):
    """An application identifier with its data."""

    ai: str
    title: str
    value: str


class TagView(BaseModel):
    """The content of a tag."""

    uri: str = Field(description="the tag URI; empty for the newer schemes, which have none")
    scheme: str
    filter: int = Field(description="0 to 7, what kind of thing is tagged")
    filter_zh: str = Field(description="the filter value in Chinese; empty where it is reserved")
    filter_en: str = Field(description="the same in English")
    hex: str = Field(description="the EPC memory, filled up to a word of 16 bits")

    @classmethod
    def of(cls, tag: Tag | PlusTag) -> "TagView":
        """The view of a tag."""
        return cls(
            uri=tag.uri,
            scheme=tag.scheme,
            filter=tag.filter,
            filter_zh=tag.filter_name("zh"),
            filter_en=tag.filter_name("en"),
            hex=tag.hex,
        )


class FaultView(BaseModel):
    """A rule on what stands together that this code alone does not keep; another symbol of the thing may keep it."""

    ai: str
    place: int
    rule: str
    zh: str
    en: str


class ReadingView(BaseModel):
    """What a text says."""

    kind: Kind
    elements: list[ElementView]
    human: str = Field(description="as people read it, (01)…(10)…")
    link: str = Field(description="the canonical Digital Link; empty where there is no primary key")
    epc: str = Field(description="the EPC; of a key only when the length of the company prefix is given")
    tag: TagView | None
    trace_code: str | None = Field(description="the twenty digits: a serial number, no proof")
    drug: str | None = Field(description="its first seven digits, 药品标识码")
    together: list[FaultView]

    @classmethod
    def of(cls, found: Reading) -> "ReadingView":
        """The view of a reading."""
        return cls(
            kind=found.kind,
            elements=[ElementView(ai=ai, title=found.title(ai), value=value) for ai, value in found.elements],
            human=found.human,
            link=found.link,
            epc=found.epc,
            tag=TagView.of(found.tag) if found.tag else None,
            trace_code=found.trace_code.code if found.trace_code else None,
            drug=found.trace_code.drug if found.trace_code else None,
            together=[
                FaultView(
                    ai=str(fault.details["ai"]),
                    place=fault.place,
                    rule=fault.rule,
                    zh=rule_zh(fault.rule),
                    en=rule_en(fault.rule),
                )
                for fault in found.together
            ],
        )


Text = Annotated[str, Query(max_length=LONGEST, description="what a scanner sent or a person typed; FNC1 as %1D")]
Prefix = Annotated[
    int | None, Query(ge=6, le=12, description="digits of the GS1 company prefix, to make an EPC of a key")
]


def router() -> APIRouter:
    """``/api/gs1``: what a code says, and what a tag is to hold."""
    routes = APIRouter(prefix="/api/gs1", tags=["gs1"])

    @routes.get("/read", summary="What a code says")
    def read_text(text: Text, prefix_length: Prefix = None) -> ReadingView:
        return ReadingView.of(read(text, prefix_length))

    @routes.get("/tags", summary="What a tag is to hold")
    def encode_tag(text: Text, prefix_length: Prefix = None, filter: Annotated[int, Query(ge=0, le=7)] = 0) -> TagView:
        return TagView.of(tag_of(text, prefix_length, filter))

    return routes
