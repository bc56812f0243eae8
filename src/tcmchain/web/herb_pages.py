"""``/herbs``: what the tables of terms say of each herb, and what nobody has read yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from tcmchain.terms.cards import card_of
from tcmchain.terms.errors import TermAmbiguous, TermUnknown
from tcmchain.terms.herbs import Herb, herbs
from tcmchain.terms.lookup import find, search, suggestions
from tcmchain.terms.preparations import preparations
from tcmchain.web.i18n import N_
from tcmchain.web.pages import Pages

GRADES: Final[Mapping[str, tuple[str, str]]] = {
    "great": (N_("大毒"), "bad"),
    "toxic": (N_("有毒"), "bad"),
    "slight": (N_("小毒"), "warn"),
}
WORDINGS: Final[Mapping[str, tuple[str, str]]] = {
    "forbidden": (N_("禁用"), "bad"),
    "avoid": (N_("忌用"), "bad"),
    "caution": (N_("慎用"), "warn"),
}
WHOM: Final[Mapping[str, str]] = {
    "pregnancy": N_("孕妇"),
    "lactation": N_("哺乳期"),
    "menstruation": N_("月经期"),
    "liver": N_("肝功能不全"),
    "kidney": N_("肾功能不全"),
    "child": N_("儿童"),
    "old-age": N_("老年人"),
    "heart": N_("心脏病、心动过速"),
    "hypertension": N_("高血压"),
    "glaucoma": N_("青光眼"),
    "prostate": N_("前列腺肥大"),
    "bleeding": N_("出血"),
    "allergy": N_("过敏体质"),
    "lacquer-allergy": N_("漆过敏"),
    "diarrhoea": N_("大便滑泻"),
    "athlete": N_("运动员"),
}
FORMS: Final[Mapping[str, str]] = {
    "decoction": N_("汤剂"),
    "powder": N_("散剂"),
    "pill": N_("丸剂"),
    "external": N_("外用"),
}
BASES: Final[Mapping[str, str]] = {"per-day": N_("每日"), "per-dose": N_("每次")}
NOT_DECOCTED: Final = N_("不入煎剂")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a text means: one herb, or names to choose from and whether the text itself names several of them."""

    herb: Herb | None
    choices: tuple[str, ...]
    shared: bool


def router(pages: Pages) -> APIRouter:
    """``/herbs`` and a page for each herb."""
    found = APIRouter(prefix="/herbs", include_in_schema=False)

    @found.get("")
    def listed(request: Request, q: Annotated[str, Query(max_length=40)] = "") -> Response:
        """Herbs that fit a text, for a person to choose from."""
        fitting = [term for term in search(q, 80) if isinstance(term, Herb)][:40]
        answer = _meant(q) if q.strip() else None
        return pages.render(request, "herbs.html", q=q, fitting=fitting, answer=answer, known=len(herbs()))

    @found.get("/{id}")
    def card(request: Request, id: str) -> Response:
        """All that is known of one herb."""
        ways = {way.id: way for way in preparations().values()}
        return pages.render(
            request,
            "herb.html",
            card=card_of(id),
            ways=ways,
            grades=GRADES,
            wordings=WORDINGS,
            whom=WHOM,
            forms=FORMS,
            bases=BASES,
            not_decocted=NOT_DECOCTED,
        )

    return found


def _meant(text: str) -> Answer:
    try:
        return Answer(find(text), (), shared=False)
    except TermAmbiguous as refused:
        return Answer(None, _names(refused.details["choices"]), shared=True)
    except TermUnknown:
        return Answer(None, suggestions(text), shared=False)


def _names(choices: object) -> tuple[str, ...]:
    return tuple(str(name) for name in choices) if isinstance(choices, tuple) else ()
