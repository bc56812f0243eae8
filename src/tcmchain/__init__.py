"""One record of Traditional Chinese Medicine that nobody can forge."""

import sys
from contextlib import suppress
from typing import Final

# py_ecc, which keystores bring along, lets Python nest a hundred thousand deep. A few kilobytes of brackets sent to any
# door would then overrun the stack of the JSON reader in C and end the process. Imported first, it is put back at once.
_DEPTH: Final = sys.getrecursionlimit()

with suppress(ImportError):
    import py_ecc  # noqa: F401

sys.setrecursionlimit(_DEPTH)

RELEASE: Final = "0.4.0"
"""The version of this release, as pages, doors and packages tell it."""
