"""Pages of lists: how many, from where, and the link to the next."""

import base64
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request

from tcmchain.epcis.model.parameters import read_count
from tcmchain.epcis.model.questions import A_PAGE, MOST_A_PAGE
from tcmchain.epcis.model.refusals import ParameterUnknown, ParameterWrong
from tcmchain.epcis.service.asking import TOKEN_SECONDS

_EXPIRES: Final = "GS1-Next-Page-Token-Expires"


def per_page(request: Request) -> int:
    """How many are asked for; more than a page may hold is a page. Raises ``ParameterWrong``."""
    given = request.query_params.get("perPage")
    return A_PAGE if given is None else min(read_count("perPage", given), MOST_A_PAGE)


def only_paging(request: Request) -> None:
    """Refuse parameters that a plain list does not have; raises ``ParameterUnknown``."""
    for name in request.query_params:
        if name not in ("perPage", "nextPageToken", "lang"):
            raise ParameterUnknown(parameter=name[:100])


def place_of(request: Request) -> str:
    """Where the page begins; empty for the first. Raises ``ParameterWrong``."""
    given = request.query_params.get("nextPageToken")
    if given is None:
        return ""
    try:
        return base64.urlsafe_b64decode(given.encode() + b"==").decode()
    except ValueError as error:
        raise ParameterWrong(parameter="nextPageToken", expected="Link; rel=next") from error


def next_headers(request: Request, place: Any) -> dict[str, str]:
    """Headers that lead to the page after ``place``; none when it is ``None``."""
    if place is None:
        return {}
    token = base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")
    expires = datetime.now(UTC).timestamp() + TOKEN_SECONDS
    return link_headers(request, token, int(expires))


def link_headers(request: Request, token: str | None, expires: int) -> dict[str, str]:
    """The Link to the next page, and until when it leads there (Unix seconds)."""
    if token is None:
        return {}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "nextPageToken"]
    query = urlencode([*kept, ("nextPageToken", token)])
    url = f"{request.url.scheme}://{request.url.netloc}{request.scope.get('raw_path', b'').decode()}?{query}"
    moment = datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"Link": f'<{url}>; rel="next"', _EXPIRES: moment}
