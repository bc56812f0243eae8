"""Looking for secrets in whatever a story left behind, in every encoding in which somebody could have written them."""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import tcmchain
from tcmchain.crypto.categories import Category
from tcmchain.crypto.keys import Relation

_RAW = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_EPOCHS = (1, 2)
_TOGETHER = 8 << 20
_LEAST = 10
_FIRST = 6
"""No spelling is shorter: three Chinese characters take six bytes in GB18030."""


def keys_of(name: str, relation: Relation) -> Iterator[tuple[str, bytes]]:
    """Every secret that a wallet derives for one relation, but for the signer of fragments, which gives none."""
    yield f"{name}: account", relation.account_key
    yield f"{name}: inbox", relation.inbox.private_bytes_raw()
    yield f"{name}: reading", relation.reading.to_be_bytes()
    yield f"{name}: vault", relation.vault_key
    yield f"{name}: id salt", relation.id_salt
    for category in Category:
        for epoch in _EPOCHS:
            yield f"{name}: {category} {epoch}", relation.category_key(category, epoch).to_be_bytes()


def texts_in(content: Any) -> Iterator[str]:
    """Every text in JSON that says something: such as have three Chinese characters at least."""
    if isinstance(content, str):
        if sum("\u4e00" <= letter <= "\u9fff" for letter in content) >= 3:
            yield content
    elif isinstance(content, Mapping):
        for value in content.values():
            yield from texts_in(value)
    elif isinstance(content, Iterable):
        for value in content:
            yield from texts_in(value)


def shipped() -> str:
    """Everything that comes with the package as data: what everybody has says nothing of anybody."""
    package = Path(tcmchain.__file__).parent
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(package.glob("*/**/*.csv")))


def spellings(secret: str | bytes) -> set[bytes]:
    """A secret as it may stand in files: raw, hex, base64 at any place, and texts in the usual character sets."""
    if isinstance(secret, bytes):
        return {secret} | _written(secret)
    found = {secret.encode(name) for name in _RAW}
    escaped = json.dumps(secret)[1:-1]
    found |= {escaped.encode(), escaped.upper().replace("\\U", "\\u").encode(), quote(secret).encode()}
    for raw in (secret.encode(), secret.encode("gb18030"), secret.encode("utf-16-le")):
        found |= _written(raw)
    return found


def _written(raw: bytes) -> set[bytes]:
    found = {raw.hex().encode(), raw.hex().upper().encode()}
    for before in range(3):
        # Letters that depend on what stands before and behind are left out.
        text = b64encode(bytes(before) + raw)[(before * 8 + 5) // 6 :]
        text = text[: (len(raw) * 8 - (-before * 8) % 6) // 6]
        found |= {text, text.translate(bytes.maketrans(b"+/", b"-_"))}
    # What is shorter stands in megabytes of ciphertext by chance.
    return {one for one in found if len(one) >= _LEAST}


class Search:
    """Secrets by what they are, in all their spellings."""

    def __init__(self, secrets: Mapping[str, str | bytes]) -> None:
        self._needles: dict[bytes, dict[bytes, str]] = {}
        for name, secret in secrets.items():
            for needle in spellings(secret):
                self._needles.setdefault(needle[:_FIRST], {})[needle] = name

    def look(self, content: bytes) -> set[str]:
        """What stands in some bytes."""
        known = self._needles
        # Thousands of spellings are looked for at once, by how they begin.
        begun = {first for at in range(len(content)) if (first := content[at : at + _FIRST]) in known}
        return {name for first in begun for needle, name in known[first].items() if needle in content}

    def look_through(self, folder: Path) -> dict[str, set[str]]:
        """What stands in files of a folder, by their names; small files are looked at together."""
        found: dict[str, set[str]] = {}
        for batch in _batches(folder):
            if self.look(b"\0".join(content for _, content in batch)):
                found |= {str(file.relative_to(folder)): here for file, raw in batch if (here := self.look(raw))}
        return found


def _batches(folder: Path) -> Iterator[list[tuple[Path, bytes]]]:
    batch: list[tuple[Path, bytes]] = []
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            batch.append((file, file.read_bytes()))
            if sum(len(content) for _, content in batch) > _TOGETHER:
                yield batch
                batch = []
    yield batch
