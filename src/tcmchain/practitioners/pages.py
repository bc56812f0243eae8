"""Pages of practitioners: licences, and the question whether an account may act."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from tcmchain.members.model.genesis import read_account
from tcmchain.members.service.roll import Roll
from tcmchain.practitioners.model import LicenceStanding
from tcmchain.practitioners.service import Practitioners
from tcmchain.values import day_of
from tcmchain.web.i18n import N_
from tcmchain.web.pages import Pages

STANDINGS: Final = {
    LicenceStanding.VALID: (N_("执照有效"), "ok"),
    LicenceStanding.SUSPENDED: (N_("暂停"), "warn"),
    LicenceStanding.REVOKED: (N_("吊销"), "bad"),
}
SCOPES: Final = {"physician": N_("执业医师"), "pharmacist": N_("执业药师")}


def router(practitioners: Practitioners, roll: Roll, pages: Pages) -> APIRouter:
    """``/practitioners``."""
    found = APIRouter(prefix="/practitioners", include_in_schema=False)

    @found.get("")
    def show_licences(request: Request, account: Annotated[str, Query(max_length=42)] = "") -> Response:
        """Licences, of one account or the newest of all."""
        holder = read_account(account) if account.strip() else None
        licences = practitioners.licences(holder)
        return pages.render(
            request,
            "practitioners/licences.html",
            licences=licences,
            issuers=roll.members([licence.issuer for licence in licences]),
            account=account,
            standings=STANDINGS,
            scopes=SCOPES,
            day=day_of,
        )

    return found
