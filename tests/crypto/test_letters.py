"""Letters open with one key, for one use."""

import pytest
from tests.crypto.people import ATTENDING_PHYSICIAN, STRANGER

from tcmchain.crypto.errors import KeyUnfit, SealBroken
from tcmchain.crypto.letters import OVERHEAD, Use, inbox_of, open_letter, seal_letter

INBOX = inbox_of(ATTENDING_PHYSICIAN.inbox)


@pytest.mark.parametrize("use", list(Use))
def test_open__letter_to_me__gives_its_content(use: Use) -> None:
    sealed = seal_letter(INBOX, "请带上舌象照片".encode(), use)
    assert open_letter(ATTENDING_PHYSICIAN.inbox, sealed, use).decode() == "请带上舌象照片"
    assert len(sealed) == len("请带上舌象照片".encode()) + OVERHEAD


def test_open__letter_to_another__is_refused() -> None:
    with pytest.raises(SealBroken) as told:
        open_letter(STRANGER.inbox, seal_letter(INBOX, b"content"))
    assert told.value.details == {"part": "letter"}


def test_open__letter_for_another_use__is_refused() -> None:
    with pytest.raises(SealBroken):
        open_letter(ATTENDING_PHYSICIAN.inbox, seal_letter(INBOX, b"content", Use.FRAGMENT), Use.LETTER)


@pytest.mark.parametrize("at", [0, 31, 32, -1])
def test_open__altered_letter__is_refused(at: int) -> None:
    sealed = bytearray(seal_letter(INBOX, b"content"))
    sealed[at] ^= 1
    with pytest.raises(SealBroken):
        open_letter(ATTENDING_PHYSICIAN.inbox, bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"short", b"\0" * 47])
def test_open__cut_letter__is_refused(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        open_letter(ATTENDING_PHYSICIAN.inbox, sealed)


@pytest.mark.parametrize("inbox", [b"", b"\0" * 31, b"\0" * 32], ids=["empty", "short", "zero"])
def test_seal__to_no_key__is_refused(inbox: bytes) -> None:
    with pytest.raises(KeyUnfit):
        seal_letter(inbox, b"content")
