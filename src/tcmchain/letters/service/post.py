"""Sending and fetching letters over HTTP, for the slices whose parties write to each other from their own machines."""

from tcmchain.letters.client import LettersClient as Post
from tcmchain.letters.client import OpenedLetter, pad

__all__ = ["OpenedLetter", "Post", "pad"]
