"""The machine that a node runs on: its clock, its disk, and who may read its keys."""

import shutil
import time
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

import httpx

from tcmchain.operating.examined import Examined, Fault, NotApplicable
from tcmchain.web.http import NodeDoesNotAnswer

_MOST_SKEW: Final = 5.0
_LEAST_FREE: Final = 1 << 30
_LEAST_SHARE: Final = 0.05
_OTHERS: Final = 0o077


async def clock(at: Examined) -> list[Fault]:
    """The node's clock is this machine's, and no block is from the future."""
    faults = []
    asked = time.time()
    told = await _date(at.url)
    now = (asked + time.time()) / 2
    # The header is cut to whole seconds, and renewed once a second.
    skew = 0.0 if told is None else now - (parsedate_to_datetime(told).timestamp() + 1.0)
    if abs(skew) > _MOST_SKEW:
        faults.append(Fault("check-clock-skewed", {"seconds": round(skew)}))
    for chain, client in at.clients.items():
        ahead = (await client.head()).timestamp - now
        if ahead > _MOST_SKEW:
            faults.append(Fault("check-block-from-the-future", {"chain": chain, "seconds": round(ahead)}))
    return faults


async def _date(url: str) -> str | None:
    """The node's time as its answers carry it."""
    try:
        async with httpx.AsyncClient(timeout=10) as http:
            found: str | None = (await http.get(f"{url}/healthz")).headers.get("date")
    except httpx.HTTPError as error:
        raise NodeDoesNotAnswer(str(error), url=url) from error
    return found


async def disk_free(at: Examined) -> list[Fault]:
    """There is room for the logs to grow."""
    usage = shutil.disk_usage(_home(at))
    if usage.free < _LEAST_FREE or usage.free < _LEAST_SHARE * usage.total:
        return [Fault("check-disk-full", {"free": usage.free, "share": round(100 * usage.free / usage.total, 1)})]
    return []


async def keystore_private(at: Examined) -> list[Fault]:
    """Nobody but the owner may read the keys or the passphrase kept beside them."""
    home = _home(at)
    wanted = [home / "keystore", *sorted((home / "keystore").glob("*.json")), home / "keystore.passphrase"]
    return [
        Fault("check-keys-readable", {"file": str(file.relative_to(home)), "mode": f"{file.stat().st_mode & 0o777:o}"})
        for file in wanted
        if file.exists() and file.stat().st_mode & _OTHERS
    ]


def _home(at: Examined) -> Path:
    if at.home is None or not at.home.is_dir():
        raise NotApplicable("check-home-elsewhere")
    return at.home
