"""One record of Traditional Chinese Medicine that nobody can forge."""

from typing import Final

RELEASE: Final = "0.4.0"
"""The version of this release, as pages, doors and packages tell it."""
