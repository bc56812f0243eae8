"""What the write doors take."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from tcmchain.errors import Invalid
from tcmchain.provenance.contract import Deed, Portion
from tcmchain.provenance.model.errors import QuantityUnreadable
from tcmchain.provenance.model.gs1 import parse_gtin
from tcmchain.provenance.model.moments import end_of_day, parse_moment
from tcmchain.provenance.model.quantity import parse_mass
from tcmchain.provenance.model.references import read_id
from tcmchain.provenance.service.steps import Part, deed
from tcmchain.values import FormId, LotId, Milligrams, UnixTime
from tcmchain.web.bodies import Body


def _mass(value: object) -> int:
    if not isinstance(value, str):
        raise QuantityUnreadable(text=str(value)[:40], reason="unit-missing")
    return parse_mass(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Invalid("a text is needed")
    return value


Identifier = Annotated[
    str,
    BeforeValidator(lambda value: read_id(_text(value))),
    Field(description="32 bytes as 0x hex", json_schema_extra={"examples": ["0x" + "ab" * 32]}),
]
Mass = Annotated[
    int,
    BeforeValidator(_mass, json_schema_input_type=str),
    Field(description='a mass with its unit, such as "12.5 kg"'),
]
Moment = Annotated[
    int,
    BeforeValidator(lambda value: parse_moment(_text(value)), json_schema_input_type=str),
    Field(description="ISO 8601 date or moment; Beijing time without an offset"),
]
Day = Annotated[
    int,
    BeforeValidator(lambda value: end_of_day(_text(value)), json_schema_input_type=str),
    Field(description="ISO 8601 date; its last second in Beijing counts"),
]
Reference = Annotated[str, Field(min_length=1, max_length=31, description="the member's own number, 31 bytes at most")]
FormText = Annotated[str, Field(min_length=1, max_length=31, examples=["renshen.fresh"])]
Facts = Annotated[dict[str, Any], Field(default_factory=dict, description="facts by their keys")]


class Done(Body):
    """When a step was done and what is stated of it."""

    happened: Moment
    facts: Facts

    def deed(self) -> Deed:
        return deed(UnixTime(self.happened), self.facts)


class PortionBody(Body):
    lot: Identifier
    quantity: Mass

    def portion(self) -> Portion:
        return Portion(LotId(self.lot), Milligrams(self.quantity))


class PartBody(Body):
    reference: Reference
    quantity: Mass
    form: FormText | None = None
    expires: Day | None = None

    def part(self) -> Part:
        return Part(
            self.reference,
            Milligrams(self.quantity),
            None if self.form is None else FormId(self.form),
            None if self.expires is None else UnixTime(self.expires),
        )


Portions = Annotated[list[PortionBody], Field(max_length=32)]


class FormBody(Body):
    form: FormText
    rank: Annotated[int, Field(ge=1, le=65535)]
    facts: Facts


class YieldBody(Body):
    source: FormText
    target: FormText
    ppm: Annotated[int, Field(ge=0, le=1_000_000)]
    auxiliary_ppm: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class QuotaBody(Body):
    reference: Reference
    grower: Identifier
    form: FormText
    quantity: Mass
    not_after: Day
    facts: Facts


class WithdrawBody(Body):
    facts: Facts


class CommissionBody(Done):
    quota: Identifier
    reference: Reference
    quantity: Mass
    expires: Day | None = None


class ObservationBody(Done):
    subject: Identifier
    observation: Literal["field-work", "inspection", "storage"]
    conforms: bool


class ShipmentBody(Done):
    reference: Reference
    to: Identifier
    lines: Portions
    terms: Identifier | None = None


class ReceiptBody(Done):
    lines: Annotated[list[PortionBody], Field(default_factory=list, max_length=32)]


class RunBody(Done):
    method: Reference
    inputs: Portions
    outputs: Annotated[list[PartBody], Field(max_length=32)]


class SplitBody(Done):
    lot: Identifier
    parts: Annotated[list[PartBody], Field(max_length=32)]


class MergeBody(Done):
    lines: Portions
    reference: Reference


def _gtin(value: object) -> str:
    text = _text(value)
    return parse_gtin(text) if text.strip() else ""


def _root(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


class PackBody(Done):
    lot: Identifier
    quantity: Mass
    reference: Reference
    units: Annotated[int, Field(ge=1, le=2**32 - 1)]
    gtin: Annotated[str, BeforeValidator(_gtin), Field(description="GTIN-8 to GTIN-14; empty for none")] = ""
    units_root: Annotated[
        Identifier | None, BeforeValidator(_root), Field(description="root of the units' tree; empty for none")
    ] = None


class DispensingBody(Done):
    lines: Portions
    commitment: Identifier


class RetirementBody(Done):
    lot: Identifier
    quantity: Mass
    reason: Literal["sampling", "spoilage", "loss"]
