"""The same over HTTP."""

from tcmchain.letters.client.letters import LettersClient, OpenedLetter, pad

__all__ = ["LettersClient", "OpenedLetter", "pad"]
