"""Read a question: cut it into words, the longest known first, each with what it may mean."""

from collections.abc import Iterator

from tcmchain.formulas.model.query import LONGEST, Phrase, Word
from tcmchain.formulas.model.query_words import Vocabulary, fold, vocabulary

_MOST_PHRASES = 8
_EMPTY = frozenset("我你他她的了吗呢吧啊有很最近总老是也都又和与及或在着会要想一个怎么办什么为请帮看")
"""Letters of everyday speech that say nothing of an illness when they stand between words that do."""


def read_question(text: str) -> tuple[Phrase, ...]:
    """The phrases of any text at all; what is longer than ``LONGEST`` letters is not read."""
    known = vocabulary()
    pieces = [piece for piece in fold(text[:LONGEST]).split() if piece]
    return tuple(_phrase(piece, known) for piece in _joined(pieces)[:_MOST_PHRASES])


def _joined(pieces: list[str]) -> list[str]:
    """Syllables typed one by one are one name: ``gui zhi tang`` is ``guizhitang``."""
    joined: list[str] = []
    for piece in pieces:
        if joined and piece.isascii() and joined[-1].isascii() and piece.isalpha() and joined[-1].isalpha():
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _phrase(piece: str, known: Vocabulary) -> Phrase:
    if piece.isascii():
        return Phrase(piece, (Word(piece, piece, known.spelled_so(piece), pinyin=True),))
    return Phrase(piece, tuple(_words(piece, known)))


def _words(piece: str, known: Vocabulary) -> Iterator[Word]:
    """The words of a Chinese piece from left to right; what stands between known words is a word without meaning."""
    loose, at = "", 0
    while at < len(piece):
        word = _longest(piece, at, known)
        if not word:
            loose += piece[at]
            at += 1
            continue
        yield from _unknown(loose)
        loose = ""
        yield Word(word, word, known.chinese[word])
        at += len(word)
    yield from _unknown(loose)


def _longest(piece: str, at: int, known: Vocabulary) -> str:
    for length in range(min(known.longest, len(piece) - at), 0, -1):
        if piece[at : at + length] in known.chinese:
            return piece[at : at + length]
    return ""


def _unknown(loose: str) -> Iterator[Word]:
    kept = "".join(letter for letter in loose if letter not in _EMPTY) or ""
    if kept:
        yield Word(loose, kept)
