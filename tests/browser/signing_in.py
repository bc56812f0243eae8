"""Sessions for members of the example, as their operators' keys open them."""

import httpx
from playwright.sync_api import BrowserContext

from tcmchain.example import cast
from tcmchain.web.session import COOKIE


def sign_in(node: str, context: BrowserContext, actor: str) -> None:
    """Sign a browser in as an actor of the example."""
    signer = cast.officer(actor)
    with httpx.Client(base_url=node) as client:
        message = client.get("/api/session/nonce", params={"address": signer.address}).json()["message"]
        opened = client.post("/api/session", json={"message": message, "signature": signer.sign_message(message)})
        opened.raise_for_status()
    context.add_cookies([{"name": COOKIE, "value": opened.json()["token"], "url": node}])
