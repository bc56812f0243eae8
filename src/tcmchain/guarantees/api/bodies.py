"""What the write doors take."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from tcmchain.guarantees.model.pledges import Tariff
from tcmchain.rewards.model import PointsUnreadable, parse_points
from tcmchain.values import Points
from tcmchain.web.bodies import Body

Identifier = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes as 0x hex")]
Facts = Annotated[dict[str, Any], Field(default_factory=dict, description="facts by their keys")]
Seconds = Annotated[int, Field(ge=1, le=3650 * 86_400, description="seconds")]


def _digest(value: object) -> object:
    """A SHA-256 as tools print it, without ``0x``, stands for itself."""
    if not isinstance(value, str):
        return value
    told = value.strip().lower()
    return told if told.startswith("0x") else f"0x{told}"


def _points(value: object) -> int:
    if not isinstance(value, str):
        raise PointsUnreadable(text=str(value)[:40])
    return parse_points(value)


Amount = Annotated[
    int,
    BeforeValidator(_points, json_schema_input_type=str),
    Field(description='points as a text with at most three decimals, such as "12.5"'),
]


class ReasonBody(Body):
    facts: Facts


class TariffBody(ReasonBody):
    """What an entry costs and what stands behind it, for lots entered later."""

    fee: Amount
    bond: Amount
    bond_rate: Annotated[Amount, Field(description="locked for each kilogram")]
    compensation: Annotated[Amount, Field(description="for each kilogram of frozen goods")]
    cover: Annotated[int, Field(ge=0, le=1000, description="the fund adds at most so many times the bond")]
    term: Seconds
    window: Seconds

    def tariff(self) -> Tariff:
        amounts = (Points(self.fee), Points(self.bond), Points(self.bond_rate), Points(self.compensation))
        return Tariff(*amounts, self.cover, self.term, self.window)


class RelationBody(ReasonBody):
    a: Identifier
    b: Identifier
    related: bool = True


class AccusationBody(ReasonBody):
    lot: Identifier
    findings: Annotated[
        Identifier, BeforeValidator(_digest, json_schema_input_type=str), Field(description="SHA-256 of the report")
    ]


class VerdictBody(ReasonBody):
    recall: Annotated[Identifier, Field(description="a regulator's recall that began with the lot")]


class ClaimBody(Body):
    lots: Annotated[
        list[Identifier],
        Field(default_factory=list, max_length=500, description="none: all that may be claimed for"),
    ]


class StrikeBody(Body):
    member: Identifier
