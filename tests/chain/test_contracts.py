"""Contracts in force, their calls, and what their refusals mean."""

from typing import Any

import pytest
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.chain.abi import MalformedData, selector
from tcmchain.chain.artifacts import Artifact, ArtifactUnknown
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import GAS_CAP, ContractNotInstalled, Contracts
from tcmchain.chain.events import RawLog
from tcmchain.chain.handover import HandOver
from tcmchain.chain.reverts import Reverts
from tcmchain.chain.rpc import RpcError
from tcmchain.errors import Invalid
from tcmchain.members.contract import REVERTS
from tcmchain.members.model.errors import MayNotAct
from tcmchain.values import Address, BlockNumber, Hash32, UnixTime

AT = Address("0x1111111111111111111111111111111111111111")
WORD = "0x" + "01" * 32
MAY_NOT_ACT = bytes.fromhex(selector("MembersMayNotAct(address)") + AT[2:].rjust(64, "0"))


def _contracts() -> Contracts:
    return Contracts({("care", "Members"): AT})


def test_call__known_function__has_data_that_reads_back() -> None:
    call = _contracts().call("care", "Members", "signAgreement", WORD, 7, b"\x01\x02")
    assert (call.to, call.function) == (AT, "signAgreement")
    assert 3_000_000 < call.gas < GAS_CAP
    selector, *words = (call.data[2:10], call.data[10:74], call.data[74:138])
    assert selector == keccak(text="signAgreement(bytes32,uint32,bytes)")[:4].hex()
    assert words == [WORD[2:], f"{7:064x}"]
    assert call.data[-64:] == "0102".ljust(64, "0")


@pytest.mark.parametrize("args", [(WORD,), (WORD, 2**32, b""), ("0x01", "x", b"")])
def test_call__arguments_that_do_not_fit__is_invalid(args: tuple[Any, ...]) -> None:
    with pytest.raises(Invalid):
        _contracts().call("care", "Members", "signAgreement", *args)


def test_call__contract_that_does_not_stand_there__says_so() -> None:
    with pytest.raises(ContractNotInstalled) as caught:
        _contracts().call("pharmacy", "Members", "quorum")
    assert caught.value.details == {"chain": "pharmacy", "contract": "Members"}


def test_install__another_address__is_in_force_and_known_by_name() -> None:
    contracts, other = _contracts(), Address("0x2222222222222222222222222222222222222222")
    contracts.install("care", "Members", other)
    assert contracts.address("care", "Members") == other
    assert contracts.name_of("care", other) == "Members"
    assert contracts.name_of("care", AT) is None
    assert contracts.name_of("pharmacy", other) is None


@pytest.mark.parametrize("name", ["Nothing", "../Members", "Members.json", ""])
def test_load__contract_that_was_never_built__is_unknown(name: str) -> None:
    with pytest.raises(ArtifactUnknown):
        Artifact.load(name)


def test_decode__log_of_another_contract__is_no_event() -> None:
    log = RawLog("care", AT, (WORD,), "0x", BlockNumber(1), Hash32(WORD), UnixTime(1), Hash32(WORD), 0)
    assert Artifact.load("Members").decode_log(log) is None


@given(st.binary(max_size=100))
def test_decode__log_with_any_data__is_an_event_or_malformed(data: bytes) -> None:
    topics = ("0x" + _topic("AgreementPublished(uint32,bytes32,uint64,string)"), WORD)
    log = RawLog("care", AT, topics, "0x" + data.hex(), BlockNumber(1), Hash32(WORD), UnixTime(1), Hash32(WORD), 0)
    try:
        event = Artifact.load("Members").decode_log(log)
    except MalformedData:
        return
    assert event is not None


@pytest.mark.parametrize("asked", ["Members", "Practitioners", "Reviews"])
def test_tell__refusal_passed_on_by_another_contract__is_the_first_ones(asked: str) -> None:
    found = Reverts(REVERTS).error(asked, MAY_NOT_ACT)
    assert isinstance(found, MayNotAct)
    assert found.details == {"account": AT}


@given(st.binary(max_size=80))
def test_tell__any_refusal__is_told(data: bytes) -> None:
    assert Reverts(REVERTS).error("Members", data).code


async def test_hand__call_that_would_be_refused__raises_unless_nobody_asks() -> None:
    class Refusing:
        async def request(self, method: str, params: Any) -> Any:
            if method == "eth_chainId":
                return "0x7"
            raise RpcError(3, "execution reverted", "0x" + MAY_NOT_ACT.hex())

    hand_over = HandOver({"care": ChainClient("care", Refusing())}, Reverts(REVERTS))
    call = _contracts().call("care", "Members", "signAgreement", WORD, 1, b"")
    with pytest.raises(MayNotAct):
        await hand_over([call], AT)
    answer = await hand_over([call], AT, rehearse=False)
    assert answer["calls"][0] == {
        "chain": "care",
        "chainId": 7,
        "contract": "Members",
        "function": "signAgreement",
        "to": AT,
        "data": call.data,
        "gas": call.gas,
    }


def _topic(signature: str) -> str:
    return keccak(text=signature).hex()
