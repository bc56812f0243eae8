"""A Kubo of the members' own: the swarm's key, and a repository that speaks to nobody else.

The key is libp2p's pre-shared key (version 1.0.0): only who has it can connect at all. Kubo started with
``LIBP2P_FORCE_PNET=1`` refuses to run without one.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from tcmchain.errors import Conflict, Invalid, NotFound
from tcmchain.ipfs.unixfs import LINKS

_HEADER: Final = "/key/swarm/psk/1.0.0/\n/base16/\n"
_KEY_FILE: Final = "swarm.key"
_CONFIG: Final = "config"
_LENGTH: Final = 64

_PRIVATE: Final[Mapping[str, Mapping[str, Any] | list[str]]] = {
    "Bootstrap": [],
    "AutoConf": {"Enabled": False},
    "AutoTLS": {"Enabled": False},
    "Discovery": {"MDNS": {"Enabled": False}},
    "DNS": {"Resolvers": {}},
    "Ipns": {"DelegatedPublishers": []},
    "Routing": {"Type": "none", "DelegatedRouters": []},
    "Provide": {"Enabled": False},
    "Swarm": {
        "DisableNatPortMap": True,
        "RelayClient": {"Enabled": False},
        "RelayService": {"Enabled": False},
        "Transports": {"Network": {"QUIC": False, "WebTransport": False, "WebRTCDirect": False, "Websocket": False}},
    },
    "Version": {"SwarmCheckEnabled": False},
    "Import": {
        "CidVersion": 1,
        "UnixFSRawLeaves": True,
        "UnixFSChunker": "size-1048576",
        "UnixFSFileMaxLinks": LINKS,
        "HashFunction": "sha2-256",
    },
}
"""What keeps a Kubo from the public network, and its files as ours. A private swarm takes TCP only."""


class SwarmKeyThere(Conflict):
    """The file is there already, and a key is never overwritten: ``file``."""

    code = "swarm-key-there"


class SwarmKeyInvalid(Invalid):
    """Not a swarm key: ``file``."""

    code = "swarm-key-invalid"


class NoRepository(NotFound):
    """Not the folder of a Kubo: ``folder``. ``ipfs init`` makes one."""

    code = "kubo-repository-missing"


def make_key(file: Path) -> None:
    """Write a new swarm key, for the members to hand to each other by a safe way; raises :class:`SwarmKeyThere`."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise SwarmKeyThere(file=str(file)) from error
    with os.fdopen(descriptor, "w") as out:
        out.write(f"{_HEADER}{secrets.token_hex(_LENGTH // 2)}\n")


def close_repository(folder: Path, key: Path) -> None:
    """Set a Kubo's repository so that it speaks to the swarm of ``key`` alone and writes blocks through to the disk.

    Raises :class:`NoRepository` and :class:`SwarmKeyInvalid`. What an operator set otherwise stays as it is.
    """
    written = key.read_text(encoding="ascii", errors="replace")
    digits = written.removeprefix(_HEADER).strip()
    if not written.startswith(_HEADER) or len(digits) != _LENGTH or set(digits) - set("0123456789abcdefABCDEF"):
        raise SwarmKeyInvalid(file=str(key))
    file = folder / _CONFIG
    try:
        config: dict[str, Any] = orjson.loads(file.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError) as error:
        raise NoRepository(folder=str(folder)) from error
    _merge(config, _PRIVATE)
    for mount in config.get("Datastore", {}).get("Spec", {}).get("mounts", ()):
        if mount.get("type") == "flatfs":
            mount["sync"] = True
    draft = file.with_suffix(".draft")
    draft.write_bytes(orjson.dumps(config, option=orjson.OPT_INDENT_2))
    draft.chmod(0o600)
    draft.replace(file)
    descriptor = os.open(folder / _KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(written)


def _merge(into: dict[str, Any], wanted: Mapping[str, Any]) -> None:
    for name, value in wanted.items():
        held = into.get(name)
        if isinstance(value, Mapping) and value and isinstance(held, dict):
            _merge(held, value)
        else:
            into[name] = dict(value) if isinstance(value, Mapping) else value
