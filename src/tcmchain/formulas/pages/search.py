"""``/formulas``: searching as one types, and what was found with the reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tcmchain.formulas.model.formula import FormulaClass
from tcmchain.formulas.model.query import DEEPEST, LONGEST, Asked, Field, Found, Hit, Reason
from tcmchain.formulas.service.finding import Finding
from tcmchain.terms.errors import TermAmbiguous, TermUnknown
from tcmchain.terms.herbs import HerbId, herb
from tcmchain.terms.lookup import find
from tcmchain.terms.vocabulary import Code, diseases, syndromes
from tcmchain.web.i18n import N_, Language, language_of
from tcmchain.web.pages import Pages

PAGE: Final = 20
CLASSES: Final = {
    "classic": (FormulaClass.CLASSIC, N_("经典方")),
    "licensed": (FormulaClass.LICENSED, N_("医师方")),
    "folk": (FormulaClass.FOLK, N_("偏方")),
}
FIELDS: Final = {
    Field.NAME: N_("方名"),
    Field.HERB: N_("药味"),
    Field.DISEASE: N_("病名"),
    Field.SYNDROME: N_("证候"),
    Field.SYMPTOM: N_("症状"),
    Field.WORDS: N_("主治文字"),
}
EXAMPLES: Final = ("桂枝汤", "gzt", "睡不着 心烦", "感冒", "黄芪 当归")

Text = Annotated[str, Query(max_length=LONGEST)]
Classes = Annotated[list[str] | None, Query(alias="class", max_length=3)]


@dataclass(frozen=True, slots=True)
class Row:
    """A formula as a list tells it: what it is for in names, and why it was found, each reason once."""

    hit: Hit
    kind: str
    herbs: tuple[str, ...]
    told: tuple[str, ...]
    reasons: tuple[tuple[str, Reason], ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A herb of a filter that was not understood, with what may be meant and where that leads."""

    name: str
    choices: tuple[tuple[str, str], ...]
    ambiguous: bool


def router(finding: Finding, pages: Pages) -> APIRouter:
    """The page, and its results alone for what is typed."""
    found = APIRouter(prefix="/formulas", include_in_schema=False)

    @found.get("")
    def search(
        request: Request,
        q: Text = "",
        having: Annotated[str, Query(alias="with", max_length=LONGEST)] = "",
        lacking: Annotated[str, Query(alias="without", max_length=LONGEST)] = "",
        kinds: Classes = None,
        page: Annotated[int, Query(ge=1, le=DEEPEST // PAGE)] = 1,
    ) -> Response:
        """Formulas that answer a question; all of them, the classic ones first, where nothing is asked."""
        trouble: list[Trouble] = []
        told = {"q": q, "with": having, "without": lacking}
        wanted = [name for name in kinds or () if name in CLASSES]
        asked = Asked(
            text=q,
            having=_herbs(told, "with", trouble),
            lacking=_herbs(told, "without", trouble),
            kinds=tuple(CLASSES[name][0] for name in wanted),
            limit=PAGE,
            offset=(page - 1) * PAGE,
        )
        answer = Found((), 0, ()) if trouble else finding.ask(asked)
        language = language_of(request)
        part = "hx-request" in request.headers
        return pages.render(
            request,
            "formulas/search_results.html" if part else "formulas/search.html",
            q=q,
            having=having,
            lacking=lacking,
            kinds=wanted,
            classes=CLASSES,
            fields=FIELDS,
            examples=EXAMPLES,
            answer=answer,
            rows=[row_of(hit, language) for hit in answer.hits],
            near=[row_of(hit, language) for hit in answer.near],
            trouble=trouble,
            page=page,
            last=max(1, -(-answer.total // PAGE)),
            asks=urlencode([("q", q), ("with", having), ("without", lacking), *(("class", one) for one in wanted)]),
            count=finding.count(),
        )

    return found


def row_of(hit: Hit, language: Language) -> Row:
    """A hit in the reader's language."""
    one = hit.formula
    named = [*_names(diseases(), one.diseases, language), *_names(syndromes(), one.syndromes, language)]
    return Row(
        hit=hit,
        kind=CLASSES[one.kind.word][1],
        herbs=tuple(herb(id).name(language) for id in one.herbs),
        told=tuple(dict.fromkeys((*named, *one.symptoms))),
        reasons=tuple((FIELDS[reason.field], reason) for reason in hit.reasons),
    )


def _names(known: Mapping[str, Code], codes: Sequence[str], language: Language) -> list[str]:
    return [known[code].name(language) for code in codes if code in known]


def _herbs(told: Mapping[str, str], field: str, trouble: list[Trouble]) -> tuple[HerbId, ...]:
    """The herbs that a field names, apart by spaces or commas; what is not understood is trouble to be shown."""
    found: dict[HerbId, None] = {}
    for name in told[field].replace("，", " ").replace(",", " ").replace("、", " ").split():
        try:
            found[find(name).id] = None
        except TermAmbiguous as error:
            trouble.append(Trouble(name, _leading(told, field, name, error.details.get("choices")), ambiguous=True))
        except TermUnknown as error:
            trouble.append(
                Trouble(name, _leading(told, field, name, error.details.get("suggestions")), ambiguous=False)
            )
    return tuple(found)


def _leading(told: Mapping[str, str], field: str, name: str, meant: object) -> tuple[tuple[str, str], ...]:
    """Each name that may be meant, with the address that asks for it instead."""
    names = [str(one) for one in meant] if isinstance(meant, tuple | list) else []
    return tuple((one, f"/formulas?{urlencode({**told, field: told[field].replace(name, one)})}") for one in names)
