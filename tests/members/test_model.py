"""Genesis files, profiles and words."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.members.model import motions
from tcmchain.members.model.errors import GenesisInvalid, MembershipInvalid
from tcmchain.members.model.genesis import member_id, read_account, read_genesis
from tcmchain.members.model.membership import Kind, kind_of, standing_of
from tcmchain.members.model.profile import Profile, read_profile
from tcmchain.values import ZERO_ADDRESS, Address

OFFICER = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
GENESIS: dict[str, Any] = {
    "consortium": "中医链示例联盟",
    "agreement": {"title": "联盟协议", "text": "一、如实记录。"},
    "members": [
        {
            "registration": "regulator",
            "kind": "Regulator",
            "officer": OFFICER,
            "profile": {"name_zh": "药监局（示例）", "name_en": "Drug administration", "lon": 126.6, "lat": 43.9},
        },
        {
            "id": "0x" + "0a" * 32,
            "kind": "lab",
            "officer": "0x" + "0b" * 20,
            "voting": False,
            "profile": {"name_zh": "检测所（示例）"},
        },
    ],
}


def _changed(path: str, value: Any) -> bytes:
    """The genesis file with another value at a path; ``None`` takes it away."""
    content = json.loads(json.dumps(GENESIS))
    *parents, last = [int(name) if name.isdigit() else name for name in path.split(".")]
    place = content
    for name in parents:
        place = place[name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return json.dumps(content).encode()


def test_read__genesis_file__has_founders_and_the_hash_of_the_agreement() -> None:
    genesis = read_genesis(json.dumps(GENESIS).encode())
    assert genesis.founders[0].id == member_id("regulator")
    assert genesis.founders[0].officer == OFFICER
    assert genesis.founders[1].kind is Kind.LAB
    assert not genesis.founders[1].voting
    assert len(genesis.consortium) == 66


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        (b"", "file"),
        (b"[]", "file"),
        (b"\xff", "file"),
        (_changed("consortium", None), "file.consortium"),
        (_changed("agreement", "text"), "agreement"),
        (_changed("agreement.title", " "), "agreement.title"),
        (_changed("agreement.text", None), "agreement.text"),
        (_changed("agreement.digest", "0x12"), "agreement.digest"),
        (_changed("members", []), "members"),
        (_changed("members.0", 7), "members[0]"),
        (_changed("members.0.kind", "Wizard"), "members[0]"),
        (_changed("members.0.officer", OFFICER.replace("E", "e")), "members[0]"),
        (_changed("members.0.profile", {}), "members[0].profile.name_zh"),
        (_changed("members.0.voting", "yes"), "members[0].voting"),
        (_changed("members.0.voting", False), "members"),
        (_changed("members.1.id", "7"), "members[1].id"),
        (_changed("members.1.officer", OFFICER), "members"),
        (_changed("members.1.id", member_id("regulator")), "members"),
    ],
)
def test_read__genesis_file_with_a_fault__says_where(raw: bytes, where: str) -> None:
    with pytest.raises(GenesisInvalid) as caught:
        read_genesis(raw)
    assert caught.value.details["where"] == where


@given(st.text())
def test_read__any_text_on_the_chain__is_a_profile(text: str) -> None:
    assert "\0" not in read_profile(text).name_zh


@given(st.dictionaries(st.sampled_from(list(Profile.__dataclass_fields__)), st.none() | st.text() | st.floats()))
def test_read__any_fields__give_a_profile_that_reads_back(fields: dict[str, Any]) -> None:
    found = read_profile(json.dumps(fields))
    assert read_profile(found.write()) == found


def test_read__text_with_half_a_character__can_be_stored() -> None:
    assert read_profile('{"name_zh":"\\ud800\\u0000药"}').name_zh.encode() == "?药".encode()


def test_name__profile_without_an_english_name__falls_back_on_chinese() -> None:
    assert Profile("药房").name("en") == "药房"
    assert Profile("药房", "Pharmacy").name("en_GB") == "Pharmacy"
    assert Profile("药房", "Pharmacy").name("zh_Hans") == "药房"


@pytest.mark.parametrize("text", ["", "0x", "0x12", "7E5F4552091A69125d5DfCb7b8C2659029395Bdf", "0x" + "zz" * 20])
def test_read__what_is_no_address__is_invalid(text: str) -> None:
    with pytest.raises(MembershipInvalid):
        read_account(text)


def test_read__address_in_any_case__is_spelled_by_its_checksum() -> None:
    assert read_account(f" {OFFICER.lower()} ") == read_account("0x" + OFFICER[2:].upper()) == OFFICER


def test_read__kinds_and_standings__in_any_case() -> None:
    assert kind_of("grower") is kind_of("Grower") is Kind.GROWER
    assert {kind.word for kind in Kind} >= {"Grower", "Hospital"}
    for read in (kind_of, standing_of):
        with pytest.raises(MembershipInvalid):
            read("wizard")


def test_order__votes__ascend_by_the_signers_number() -> None:
    voters = [Address("0x" + letter * 40) for letter in "fB0a"]
    votes = [motions.Vote(voter, member_id("x"), "0x") for voter in voters]
    assert [vote.voter[2] for vote in motions.in_order(votes)] == ["0", "a", "B", "f"]


def test_install__name_too_long_for_the_chain__is_invalid() -> None:
    with pytest.raises(MembershipInvalid):
        motions.install("x" * 32, ZERO_ADDRESS, 1, "")
