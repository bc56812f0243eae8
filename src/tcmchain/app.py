"""The web application: a node's doors and pages."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, Response

from tcmchain import RELEASE
from tcmchain.chain.door import router as rpc_router
from tcmchain.consent.api import router as consent_api
from tcmchain.consent.pages import router as consent_pages
from tcmchain.consultations.api import router as consultations_api
from tcmchain.consultations.pages import router as consultations_pages
from tcmchain.custodians.api.routes import router as custodians_api
from tcmchain.encounters.api import router as encounters_api
from tcmchain.encounters.pages import router as encounters_pages
from tcmchain.epcis.api import SIZE_LIMIT as EPCIS_SIZE_LIMIT
from tcmchain.epcis.api import router as epcis_api
from tcmchain.epcis.model.rule_words import rule_en as epcis_rule_en
from tcmchain.epcis.model.rule_words import rule_zh as epcis_rule_zh
from tcmchain.epcis.pages import router as epcis_pages
from tcmchain.formulas.api import router as formulas_api
from tcmchain.formulas.api.finding import finding_router
from tcmchain.formulas.pages.finding import finding_pages
from tcmchain.formulas.pages.routes import router as formulas_pages
from tcmchain.gs1.digital_link import CANONICAL_STEM
from tcmchain.gs1.door import router as gs1_api
from tcmchain.gs1.errors import rule_en, rule_zh
from tcmchain.gs1.link_types import link_type
from tcmchain.gs1.linkset import Link
from tcmchain.guarantees.api import router as guarantees_api
from tcmchain.guarantees.pages import panel as guarantee_panel
from tcmchain.guarantees.pages import router as guarantees_pages
from tcmchain.index.door import router as receipts_router
from tcmchain.ipfs.store import BLOCK_LIMIT
from tcmchain.letters.api import router as letters_api
from tcmchain.members.api import router as members_api
from tcmchain.members.pages import router as members_pages
from tcmchain.node import Node
from tcmchain.operating.gauges import gauges
from tcmchain.patients.api import router as patients_api
from tcmchain.practitioners.api import router as practitioners_api
from tcmchain.practitioners.pages import router as practitioners_pages
from tcmchain.prescriptions.api import router as prescriptions_api
from tcmchain.prescriptions.pages import router as prescriptions_pages
from tcmchain.provenance.api import router as provenance_api
from tcmchain.provenance.api.stocktakes import router as stocktakes_api
from tcmchain.provenance.model.codes import lot_code
from tcmchain.provenance.model.gs1 import DigitalLink, build_link
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.provenance.pages.behind import Behind
from tcmchain.provenance.pages.panels import Panel
from tcmchain.provenance.pages.routes import router as provenance_pages
from tcmchain.provenance.pages.stocktakes import router as stocktakes_pages
from tcmchain.records.api import router as records_api
from tcmchain.records.pages import router as records_pages
from tcmchain.records.pages.wording import words as records_words
from tcmchain.reviews.api import router as reviews_api
from tcmchain.reviews.pages import ReviewPages
from tcmchain.reviews.pages import router as reviews_pages
from tcmchain.rewards.api import router as rewards_api
from tcmchain.rewards.api.earnings import router as earnings_api
from tcmchain.rewards.model import format_points
from tcmchain.rewards.pages import router as rewards_pages
from tcmchain.rewards.pages.earnings import router as earnings_pages
from tcmchain.terms.door import router as terms_api
from tcmchain.units.api import router as units_api
from tcmchain.units.pages import lookup, panel
from tcmchain.values import UnixTime, day_of, from_short_text, is_hash32
from tcmchain.web import errors
from tcmchain.web.door_ipfs import BLOCK_PATH
from tcmchain.web.door_ipfs import router as ipfs_door
from tcmchain.web.guard import Guard
from tcmchain.web.herb_pages import router as herb_pages
from tcmchain.web.home import router as home_pages
from tcmchain.web.metrics import Metrics
from tcmchain.web.metrics import router as metrics_door
from tcmchain.web.pages import ASSETS, TEMPLATES, HashedFiles, Pages
from tcmchain.web.sentences import Format, Sentences
from tcmchain.web.session import router as session_api
from tcmchain.web.watch import Streams, Watch

_PACKAGE: Final = Path(__file__).parent
_SLICES: Final = (
    "members",
    "practitioners",
    "rewards",
    "reviews",
    "provenance",
    "units",
    "guarantees",
    "epcis",
    "custodians",
    "patients",
    "letters",
    "consent",
    "encounters",
    "prescriptions",
    "records",
    "consultations",
    "formulas",
)
_KITS: Final = ("gs1", "ipfs", "crypto")
_LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
_SMALLEST_COMPRESSED: Final = 1000


def create_app(node: Node) -> FastAPI:
    """An application around a node, which its lifespan starts and stops."""
    settings = node.settings
    folders = {name: _PACKAGE / name / "templates" for name in _SLICES}
    behind = _behind(node)
    pages = Pages(folders, partial(_facts, behind))
    app = FastAPI(
        title="中医链世界 TCM Chain",
        description="One record of Traditional Chinese Medicine that nobody can forge.",
        version=RELEASE,
        license_info={"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        lifespan=_lifespan(node),
        docs_url=None,
        redoc_url=None,
    )
    app.state.sessions = node.sessions
    app.state.askings = node.askings
    errors.install(
        app, Sentences([TEMPLATES, *(_PACKAGE / kit / "templates" for kit in _KITS), *folders.values()], FORMATS), pages
    )
    hosts = _hosts(node)
    app.add_middleware(GZipMiddleware, minimum_size=_SMALLEST_COMPRESSED, compresslevel=6)
    limits = {
        "/api/records/seal": settings.records_body_bytes,
        "/api/units/trees": settings.units_tree_bytes,
        "/epcis/capture": EPCIS_SIZE_LIMIT,
        BLOCK_PATH: BLOCK_LIMIT,
    }
    app.add_middleware(Guard, hosts=hosts, peers=settings.peers, limits=limits)
    metrics, app.state.streams = Metrics(), Streams()
    app.add_middleware(Watch, metrics=metrics, streams=app.state.streams)
    token = settings.metrics_token
    secret = None if token is None else token.get_secret_value()
    app.include_router(metrics_door(metrics, partial(gauges, node), _LOCAL_HOSTS, secret))
    _doors(app, node, hosts)
    _pages(app, node, pages, behind)
    return app


def _lifespan(node: Node) -> Any:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await node.start()
        try:
            yield
        finally:
            await node.stop()

    return lifespan


def _hosts(node: Node) -> tuple[str, ...]:
    public = urlsplit(node.settings.url).hostname or ""
    return tuple(dict.fromkeys((*_LOCAL_HOSTS, node.settings.host, public, *node.settings.allowed_hosts)))


def _behind(node: Node) -> Behind:
    return Behind(
        chain_id=node.chain_id("care"),
        ledgers=partial(node.contracts.ever, "care", "Provenance"),
        members=node.contracts.address("care", "Members"),
        embedded="care" in node.engines,
        url=node.settings.url,
        peers=node.settings.peers,
    )


def _events_of(url: str, lot: Lot, serial: str) -> list[Link]:
    """The link from a packed lot, or from one of its units, to its events."""
    name = quote(CANONICAL_STEM + build_link(DigitalLink(lot.gtin, lot.reference, serial)), safe="")
    href = f"{url}/epcis/events?tcm:source=all&MATCH_anyEPC{'' if serial else 'Class'}={name}"
    return [Link(link_type("epcis"), href, "EPCIS 2.0", "application/ld+json")]


def _facts(behind: Behind) -> Mapping[str, Any]:
    return {"behind": behind}


def _doors(app: FastAPI, node: Node, hosts: tuple[str, ...]) -> None:
    # Routes are tried in order, a dozen microseconds each: those that programs ask all the time come first.
    app.include_router(rpc_router(node.rpcs, hosts, node.settings.peers))
    app.include_router(custodians_api(node.custodians, node.hand_over))
    app.include_router(records_api(node.records, node.hand_over))
    app.include_router(receipts_router(node.tracker))
    app.include_router(session_api(node.sessions))
    app.include_router(members_api(node.roll, node.motions, node.signing, node.hand_over))
    app.include_router(practitioners_api(node.practitioners, node.hand_over))
    app.include_router(
        provenance_api(node.ledger, node.conserving, node.steps, node.bulk, node.recalls, node.hand_over)
    )
    app.include_router(stocktakes_api(node.stocktakes))
    app.include_router(rewards_api(node.rewards, node.hand_over))
    app.include_router(earnings_api(node.pharmacy.earnings, node.hand_over))
    app.include_router(prescriptions_api(node.pharmacy.prescriptions, node.hand_over))
    app.include_router(reviews_api(node.pharmacy.reviews, node.hand_over))
    app.include_router(guarantees_api(node.guarantees, node.growers, node.hand_over))
    app.include_router(gs1_api())
    app.include_router(terms_api())
    app.include_router(units_api(node.ledger, node.trees, node.verdicts, node.openings))
    app.include_router(epcis_api(node.epcis, node.sessions))
    app.include_router(patients_api(node.patients, node.hand_over))
    app.include_router(letters_api(node.letters))
    app.include_router(consent_api(node.grants, node.emergencies, node.hand_over))
    app.include_router(encounters_api(node.encounters, node.hand_over))
    app.include_router(finding_router(node.pharmacy.finding))
    app.include_router(formulas_api(node.pharmacy.formulas, node.hand_over))
    app.include_router(consultations_api(node.pharmacy.consultations, node.hand_over))
    app.include_router(ipfs_door(node.ipfs, node.heads, node.reads_blocks))

    @app.get("/healthz", tags=["health"])
    async def health() -> Response:
        """Each chain's head, how far the index is behind it, and what stands behind the chain."""
        found = await node.health()
        return JSONResponse(found, 200 if found["ok"] else 503)


def _pages(app: FastAPI, node: Node, pages: Pages, behind: Behind) -> None:
    app.mount("/assets", HashedFiles(directory=ASSETS), name="assets")
    app.include_router(home_pages(pages, node.health))
    app.include_router(herb_pages(pages))
    app.include_router(members_pages(node.roll, node.motions, pages))
    app.include_router(practitioners_pages(node.practitioners, node.roll, pages))
    app.include_router(epcis_pages(node.epcis, node.roll, pages))
    unit = panel.UnitPanel(node.verdicts, node.roll, node.deployment.consortium)
    bond = guarantee_panel.CertificatePanel(node.guarantee_panel, node.ledger, node.roll)
    panels = [Panel(panel.TEMPLATE, unit.look), Panel(guarantee_panel.TEMPLATE, bond.look, bond.version)]
    leads = [partial(_events_of, behind.url)]
    app.include_router(provenance_pages(node.ledger, node.recalls, node.roll, pages, behind, panels, leads))
    app.include_router(stocktakes_pages(node.stocktakes, node.roll, pages))
    app.include_router(consent_pages(pages))
    app.include_router(records_pages(node.roll, pages, node.settings.url))
    app.include_router(encounters_pages(pages, records_words))
    app.include_router(finding_pages(node.pharmacy.finding, node.pharmacy.formulas.shelf, pages))
    app.include_router(prescriptions_pages(pages, node.pharmacy.prescriptions))
    shown = ReviewPages(node.pharmacy.reviews, node.practitioners, node.roll, node.pharmacy.formula_name)
    app.include_router(formulas_pages(node.pharmacy.formulas, pages, [("reviews/panel.html", shown.panel)]))
    app.include_router(consultations_pages(node.pharmacy.consultations, node.practitioners, node.roll, pages))
    app.include_router(lookup.router(node.ledger, node.verdicts, pages))
    app.include_router(rewards_pages(node.rewards, node.roll, pages))
    named = node.pharmacy.formula_name
    app.include_router(earnings_pages(node.pharmacy.earnings, node.rewards, node.roll, named, pages))
    app.include_router(reviews_pages(node.pharmacy.reviews, node.practitioners, node.roll, named, pages))
    app.include_router(guarantees_pages(node.guarantees, node.growers, node.ledger, node.recalls, node.roll, pages))


def _short(value: object) -> str:
    text = str(value)
    return f"{text[:8]}…{text[-4:]}" if len(text) > 16 else text


def _word(value: object) -> str:
    text = str(value)
    return from_short_text(text) if is_hash32(text) else text


def _id(value: Any) -> str:
    return lot_code(value) if is_hash32(str(value)) else str(value)


def _day(value: object) -> str:
    return day_of(UnixTime(int(str(value)))).isoformat()


FORMATS: Final[Mapping[str, Format]] = {
    "mass": lambda value: format_mass(int(value)),
    "points": lambda value: format_points(int(value)),
    "word": _word,
    "short": _short,
    "id": _id,
    "day": _day,
    "list": lambda value: "、".join(str(part) for part in value),
    "rule_zh": lambda value: rule_zh(str(value)),
    "rule_en": lambda value: rule_en(str(value)),
    "epcis_zh": lambda value: epcis_rule_zh(str(value)),
    "epcis_en": lambda value: epcis_rule_en(str(value)),
    "bytes": lambda value: f"{int(value) // (1 << 20)} MiB",
}
