"""Where a GS1 Digital Link on this node leads: pages, and data behind them, by link type.

GS1-Conformant Resolver standard 1.2. Without a link type a link opens what people want to see; with ``linkType=all``,
or when asked for ``application/linkset+json``, it tells all links; with a link type it redirects (307). What a request
says in its query beyond that is passed on.
"""

from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from tcmchain.gs1 import digital_link
from tcmchain.gs1.ais import keys
from tcmchain.gs1.digital_link import DigitalLink
from tcmchain.gs1.errors import KeyUnknown, LinkRefused
from tcmchain.gs1.link_types import link_type
from tcmchain.gs1.linkset import MEDIA_TYPE, Link, Linkset, describe_resolver, is_asked_for, wishes
from tcmchain.members.model.errors import MemberUnknown
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model import gs1
from tcmchain.provenance.model.errors import UnknownLot
from tcmchain.provenance.model.gs1 import build_link
from tcmchain.provenance.model.lots import Lot, Shipment
from tcmchain.provenance.pages.behind import Behind
from tcmchain.provenance.pages.names import Names
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.web.i18n import N_, Language, language_of, translator

Lead = Callable[[Lot, str], Sequence[Link]]
"""Links to what other slices know of a lot, and of one of its units if a serial is given."""

RESOLVED: Final = ("01", "00", "414", "417")
_TYPE: Final = "linkType"
_LANGUAGES: Final = ("zh", "en")
_JSON: Final = "application/json"
_METHODS: Final = ["GET", "HEAD"]
_PAGE, _WAY, _SEAL, _RECALLS = N_("溯源证书"), N_("溯源数据"), N_("检验与认证"), N_("召回状态")


class Resolver:
    """Finds what a key is about, and the links that lead on from there."""

    def __init__(
        self, ledger: Ledger, recalls: Recalls, roll: Roll, behind: Behind, leads: Sequence[Lead] = ()
    ) -> None:
        self._ledger = ledger
        self._recalls = recalls
        self._roll = roll
        self._url = behind.url
        self._leads = leads

    def is_asked(self, request: Request) -> bool:
        """Tell whether a request wants more of a link than what it shows."""
        return _TYPE in request.query_params or MEDIA_TYPE in request.headers.get("accept", "")

    def announce(self, request: Request, answer: Response) -> Response:
        """Say with an answer where all links are, to readers from anywhere."""
        anchor = f"{self._url}{_path_of(request)}"
        answer.headers["Link"] = Linkset(anchor, "", ()).header()
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Expose-Headers"] = "Link"
        answer.headers["Vary"] = ", ".join(("Accept, Accept-Language", *answer.headers.getlist("Vary")))
        return answer

    def list_item(self, request: Request) -> Response | None:
        """Where a trade item without a lot leads; ``None`` when the request names none that is known."""
        try:
            return self.resolve(request)
        except (LinkRefused, KeyUnknown):
            return None

    def resolve(self, request: Request) -> Response:
        """All links, or a redirect along the one that is meant.

        Raises ``LinkRefused`` for a malformed link, ``KeyUnknown`` when nothing is recorded under the key,
        ``LinkTypeUnknown`` when no link is of the type asked for.
        """
        found = digital_link.parse_path(_path_of(request))
        links = self.links(found, language_of(request))
        asked = request.query_params.get(_TYPE, "")
        accept = request.headers.get("accept", "")
        if is_asked_for(asked, accept):
            answer: Response = Response(links.encode(), media_type=MEDIA_TYPE)
        else:
            languages = (language_of(request), *wishes(request.headers.get("accept-language", "")))
            chosen = links.choose(asked, languages, wishes(accept))
            answer = RedirectResponse(self._near(chosen.href, request), 307)
        return self.announce(request, answer)

    def links(self, link: DigitalLink, language: Language) -> Linkset:
        """The links of what a Digital Link is about; raises ``KeyUnknown``."""
        ai, value = link.key
        names = Names(self._roll, language)
        qualifiers = dict(link.qualifiers)
        try:
            if ai == "01" and "10" in qualifiers:
                return self._of_lot(self._ledger.by_gtin(value, qualifiers["10"]), qualifiers.get("21", ""), names)
            if ai == "01" and not qualifiers:
                return self._of_item(value, names)
            if ai == "00":
                return self._of_shipment(value, self._ledger.by_sscc(value), names)
            if ai in ("414", "417") and not qualifiers:
                return self._of_member(ai, value, names)
        except (UnknownLot, MemberUnknown) as unknown:
            raise KeyUnknown(ai=ai, value=value) from unknown
        raise KeyUnknown(ai=ai, value=value)

    def _of_lot(self, lot: Lot, serial: str, names: Names) -> Linkset:
        _ = translator(names.language)
        path = build_link(gs1.DigitalLink(lot.gtin, lot.reference, serial))
        page, data = f"{self._url}{path}", f"{self._url}/api/provenance"
        links = [
            self._link("pip", page, _(_PAGE), languages=_LANGUAGES),
            self._link("traceability", page, _(_WAY), languages=_LANGUAGES),
            self._link("traceability", f"{data}/lots/{lot.id}/certificate", _(_WAY), _JSON),
            self._link("certificationInfo", page, _(_SEAL), languages=_LANGUAGES),
            self._link("certificationInfo", f"{data}/steps?lot={lot.id}&kind=observed", _(_SEAL), _JSON),
            self._link("masterData", f"{data}/lots/{lot.id}", _(N_("批次数据")), _JSON),
        ]
        recalls = self._recalls.holding_up([lot.id]).get(lot.id, ())
        for recall in recalls:
            links += [
                self._link("recallStatus", f"{self._url}/provenance/recalls/{recall.id}", _(_RECALLS)),
                self._link("recallStatus", f"{data}/recalls/{recall.id}", _(_RECALLS), _JSON),
            ]
        if not recalls:
            links.append(self._link("recallStatus", page, _(N_("没有召回")), languages=_LANGUAGES))
        more = [link for lead in self._leads for link in lead(lot, serial)]
        herb = names.herb(lot.form)
        return Linkset(page, f"{herb.herb} {lot.reference}", (*links, *more))

    def _of_item(self, gtin: str, names: Names) -> Linkset:
        """A trade item without a lot leads to the list of its lots."""
        lots = self._ledger.search(gtin, 1)
        if not lots or lots[0].gtin != gtin:
            raise KeyUnknown(ai="01", value=gtin)
        _ = translator(names.language)
        listed, title = f"{self._url}/provenance?q={gtin}", _(N_("本品各批次"))
        links = (
            self._link("pip", listed, title),
            self._link("traceability", listed, title),
            self._link("masterData", f"{self._url}/api/provenance/lots?q={gtin}", title, _JSON),
        )
        return Linkset(f"{self._url}/01/{gtin}", names.herb(lots[0].form).herb, links)

    def _of_shipment(self, sscc: str, shipments: Sequence[Shipment], names: Names) -> Linkset:
        if not shipments:
            raise KeyUnknown(ai="00", value=sscc)
        _ = translator(names.language)
        title = _(N_("货运单"))
        pages = [self._link("logisticsInfo", f"{self._url}/provenance/shipments/{one.id}", title) for one in shipments]
        data = [
            self._link("logisticsInfo", f"{self._url}/api/provenance/shipments/{one.id}", title, _JSON)
            for one in shipments
        ]
        return Linkset(f"{self._url}/00/{sscc}", title, (*pages, *data))

    def _of_member(self, ai: str, gln: str, names: Names) -> Linkset:
        member = self._roll.by_gln(gln)
        _ = translator(names.language)
        kind, title = ("locationInfo" if ai == "414" else "homepage"), member.profile.name(names.language)
        links = (
            self._link(kind, f"{self._url}/members/{member.id}", title),
            self._link("masterData", f"{self._url}/api/members/{member.id}", title, _JSON),
        )
        return Linkset(f"{self._url}/{ai}/{gln}", title, links)

    def _link(
        self, kind: str, href: str, title: str, media_type: str = "text/html", languages: tuple[str, ...] = ()
    ) -> Link:
        return Link(link_type(kind), href, title, media_type, languages)

    def _near(self, href: str, request: Request) -> str:
        """An address of this node without its host, which may be another one than people came by."""
        address = href.removeprefix(self._url) if href.startswith(f"{self._url}/") else href
        rest = [(name, value) for name, value in request.query_params.multi_items() if name != _TYPE]
        return f"{address}{'&' if '?' in address else '?'}{urlencode(rest)}" if rest else address


def _path_of(request: Request) -> str:
    """The path as it came, still percent-encoded."""
    raw: bytes = request.scope.get("raw_path", request.url.path.encode())
    return raw.decode("ascii", "replace").split("?", 1)[0].rstrip("/")


def router(resolver: Resolver, behind: Behind) -> APIRouter:
    """Digital Links of other keys than lots, and ``/.well-known/gs1resolver``."""
    found = APIRouter(include_in_schema=False)

    @found.api_route("/.well-known/gs1resolver", methods=_METHODS)
    def describe() -> Response:
        """Which keys this node resolves, and by which vocabulary."""
        told = describe_resolver(behind.url, "中医链世界 TCM Chain", RESOLVED)
        return JSONResponse(told, headers={"Access-Control-Allow-Origin": "*"})

    def follow(request: Request) -> Response:
        """The page or the links of a key; other keys are refused by name."""
        return resolver.resolve(request)

    for ai in keys():
        if ai != "01":
            found.add_api_route(f"/{ai}/{{rest:path}}", follow, methods=_METHODS)
    return found
