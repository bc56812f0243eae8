import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from tests.reviews.scene import patient

from tcmchain.reviews.api.tables import write_table
from tcmchain.reviews.model import names
from tcmchain.reviews.model.errors import NameInvalid, ReviewTextInvalid
from tcmchain.reviews.model.outcomes import Evidence, Outcome, lower_bound, outcome_of
from tcmchain.reviews.model.reviews import Opinion, Review
from tcmchain.reviews.model.texts import read_any, write_harm, write_review
from tcmchain.reviews.model.vouchers import nullifier_of, voucher_commitment
from tcmchain.reviews.service.reviews import Told
from tcmchain.values import Address, BlockNumber, FormulaId, Hash32, MemberId, UnixTime

_SALT = b"\x5a" * 32
_HEX = Hash32("0x" + _SALT.hex())


def test_hash__of_a_secret__is_what_the_contract_hashes() -> None:
    for made, word in ((voucher_commitment(_SALT), "voucher"), (nullifier_of(_SALT), "review")):
        assert made == "0x" + keccak(encode(["string", "bytes32"], [word, _SALT])).hex()


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("欧阳 娜娜", "欧***"), ("Anna Smith", "A**"), ("阿依古丽·买买提", "阿*******")],
)
def test_show__a_name__proves_masked_and_full_by_one_commitment(name: str, masked: str) -> None:
    commitment = names.commit(name, _SALT)
    hidden, shown = names.show(name, _SALT, full=False), names.show(name, _SALT, full=True)
    assert hidden.shown == masked
    assert shown.shown == names.plain_name(name)
    assert hidden.commitment() == shown.commitment() == commitment
    assert names.ShownName("李*", False, hidden.salt, hidden.other).commitment() != commitment
    assert names.ShownName(hidden.shown, True, hidden.salt, hidden.other).commitment() != commitment


@pytest.mark.parametrize("name", ["", "  ", "张3", "a" * 61, "<b>", "张三!"])
def test_read__what_is_no_name__is_refused(name: str) -> None:
    with pytest.raises(NameInvalid):
        names.plain_name(name)


@pytest.mark.parametrize(
    ("before", "afterwards", "outcome"),
    [
        (100, 5, Outcome.CURED),
        (100, 6, Outcome.MARKED),
        (100, 30, Outcome.MARKED),
        (100, 31, Outcome.EFFECTIVE),
        (10, 7, Outcome.EFFECTIVE),
        (100, 71, Outcome.NOT_EFFECTIVE),
        (50, 80, Outcome.NOT_EFFECTIVE),
    ],
)
def test_grade__a_course__follows_the_guideline(before: int, afterwards: int, outcome: Outcome) -> None:
    assert outcome_of(before, afterwards) is outcome


def test_bound__few_reviews__promise_little() -> None:
    assert lower_bound(0, 0) == 0
    assert round(lower_bound(3, 3), 3) == 0.439
    assert round(lower_bound(90, 100), 3) == 0.826
    assert 0 <= lower_bound(0, 5) < 1e-12
    evidence = Evidence.of([Outcome.CURED, Outcome.EFFECTIVE, Outcome.NOT_EFFECTIVE])
    assert (evidence.n, evidence.effective, evidence.marked, evidence.cured) == (3, 2, 1, 1)


def test_read__a_text_of_another_shape__is_refused() -> None:
    good = write_review(names.show("张三", _SALT, full=False), "好", {"gancao": "helped"}, _HEX)
    assert read_any(good)
    assert read_any(write_harm("心悸", _HEX, "2026-11-20"))
    for wrong in (
        {**good, "more": 1},
        {**good, "full": "yes"},
        {**good, "herbs": [{"herb": "Gan Cao", "effect": "helped"}]},
        {**good, "herbs": [{"herb": "gancao", "effect": "cured"}]},
        {**good, "words": "长" * 2_001},
        {**good, "name_salt": "0x12"},
        write_harm("", _HEX),
        write_harm("心悸", _HEX, "昨天"),
    ):
        with pytest.raises(ReviewTextInvalid):
            read_any(wrong)


def test_derive__keys_of_two_prescriptions__have_nothing_in_common() -> None:
    one, other = (patient(1)(Hash32("0x" + byte * 32)) for byte in ("01", "02"))
    assert len({one.secret, other.secret, one.name_salt, other.name_salt}) == 4
    assert one.signer.address != other.signer.address
    assert one.nullifier != one.commitment


def test_write_table__words_that_a_spreadsheet_would_calculate__are_quoted() -> None:
    shown = names.show("张三", _SALT, full=False)
    text = read_any(write_review(shown, "=1+1", {}, _HEX))
    what = _HEX, FormulaId(_HEX), 1, Address("0x" + "1" * 40), MemberId(_HEX), shown.commitment()
    review = Review(*what, Opinion(5, 80, 10, _HEX), UnixTime(1), BlockNumber(1), _HEX, False, False)
    raw = write_table([Told(review, text, True)]).decode("utf-8-sig")  # type: ignore[arg-type]
    assert "'=1+1" in raw
    assert "张*" in raw
