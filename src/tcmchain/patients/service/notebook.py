"""What a person's machine keeps between commands: the terms of grants, the shares of others. Sealed line by line.

Each line is one HPKE letter to the person's own inbox key, so the file tells nothing without the vault.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tcmchain.crypto.errors import SealBroken
from tcmchain.crypto.keys import Relation
from tcmchain.crypto.letters import inbox_of, open_letter, seal_letter
from tcmchain.letters.service.post import pad


@dataclass(frozen=True, slots=True)
class Notebook:
    """A file of sealed lines for one relation's keys; lines of other relations stand beside and stay shut."""

    file: Path
    relation: Relation

    def note(self, content: Mapping[str, Any]) -> None:
        """Add a line, on the disk before this returns."""
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        sealed = b64encode(seal_letter(inbox_of(self.relation.inbox), pad(content)))
        handle = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(sealed + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def notes(self, kind: str) -> list[Mapping[str, Any]]:
        """The lines of a kind that this relation's key opens, in the order of their writing."""
        if not self.file.exists():
            return []
        found = (self._opened(line) for line in self.file.read_bytes().splitlines())
        return [content for content in found if content is not None and content.get("kind") == kind]

    def _opened(self, line: bytes) -> Mapping[str, Any] | None:
        try:
            content = json.loads(open_letter(self.relation.inbox, b64decode(line, validate=True)))
        except (SealBroken, ValueError):
            return None
        return content if isinstance(content, dict) else None
