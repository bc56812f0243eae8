"""Granting at the terminal, with three real custodians at three members."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from eth_account.hdaccount import key_from_seed, seed_from_mnemonic
from tests.patients.world import HOLDER_WORDS, PATIENT_WORDS, World, free_port
from typer.testing import CliRunner, Result

from tcmchain.chain.keystore import open_keystore
from tcmchain.cli import app
from tcmchain.consent.model.errors import GrantUnknown, GrantWithdrawn, OpeningUnreadable, WrongEnd
from tcmchain.crypto.keys import Vault
from tcmchain.custodian import CustodianNode, create_custodian_app
from tcmchain.custodians.client.http import CustodiansClient
from tcmchain.example import cast
from tcmchain.patients.client.vault_file import VaultFile
from tcmchain.records.model.errors import FileThere
from tcmchain.settings import CustodianSettings

pytestmark = pytest.mark.engine

_PASSPHRASE = "correct horse battery"
_MEMBERS = ("hospital", "riverside", "certifier")
_REGULATOR = bytes(key_from_seed(seed_from_mnemonic(cast.MNEMONIC, ""), "m/44'/60'/0'/0/0"))
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("terminal")


@pytest.fixture(scope="module")
def node(world: World, folder: Path) -> Iterator[str]:
    """A node over a socket, and three custodians that ask the chain at its door."""
    with ExitStack() as stack:
        url = stack.enter_context(world.served(folder))
        for member in _MEMBERS:
            port = free_port()
            settings = CustodianSettings(
                home=folder / member, port=port, node=url, public_url=f"http://127.0.0.1:{port}"
            )
            custodian = CustodianNode(settings)
            stack.enter_context(world.serving(create_custodian_app(custodian), port))
            card = custodian.card
            world.run(CustodiansClient(world.officer(member)).enrol(card.account, card.inbox, card.url))
        yield url


@pytest.fixture(scope="module")
def run(node: str) -> Run:
    runner = CliRunner()

    def at(*words: str, vault: Path | None = None, typed: str = f"{_PASSPHRASE}\n", fine: bool = True) -> Result:
        given = {"TCMCHAIN_NODE": node, "COLUMNS": "400"}
        if vault is not None:
            given["TCMCHAIN_VAULT"] = str(vault)
        found = runner.invoke(app, [*words], input=typed, env=given)
        assert found.exit_code == 0 if fine else found.exit_code != 0, found.output + repr(found.exception)
        return found

    return at


@pytest.fixture(scope="module")
def patient(run: Run, folder: Path) -> Path:
    file = folder / "patient.json"
    VaultFile(file).create(PATIENT_WORDS, _PASSPHRASE)
    run("patients", "register", "-r", "801", vault=file, typed=f"{_PASSPHRASE}\n110101199003078515\n")
    return file


@pytest.fixture(scope="module")
def doctor(run: Run, folder: Path) -> Path:
    file = folder / "doctor.json"
    VaultFile(file).create(HOLDER_WORDS[3], _PASSPHRASE)
    run("patients", "publish", "-r", "801", vault=file)
    return file


def _account(words: str) -> str:
    return Vault.from_words(words).relation(801).account


def _grant(run: Run, patient: Path, purpose: str, *more: str) -> str:
    to = _account(HOLDER_WORDS[3])
    wanted = ("consent", "grant", to, "disease", "--purpose", purpose, "--until", "2035-12-31", "-r", "801", *more)
    return _id_in(run(*wanted, vault=patient).output)


def _id_in(shown: str) -> str:
    found = re.search(r"0x[0-9a-f]{64}", shown)
    assert found is not None
    return found.group()


def test_grant__then_withdraw__the_doctor_sees_it_come_and_go(run: Run, patient: Path, doctor: Path) -> None:
    kept, gone = _grant(run, patient, "复诊"), _grant(run, patient, "会诊")
    received = run("consent", "received", "-r", "801", vault=doctor).output
    assert kept in received
    assert "会诊" in received
    listed = run("consent", "list", _account(PATIENT_WORDS)).output
    assert listed.count("in-force") == 2
    assert "会诊" not in listed
    shown = run("consent", "withdraw", gone, "-r", "801", vault=patient).output
    assert " 2 " in shown
    received = run("consent", "received", "-r", "801", vault=doctor).output
    assert kept in received
    assert gone not in received
    assert "withdrawn" in run("consent", "list", _account(PATIENT_WORDS)).output


def test_withdraw__a_grant_that_this_machine_does_not_know__is_refused(run: Run, patient: Path) -> None:
    unknown = "0x" + "12" * 32
    found = run("consent", "withdraw", unknown, "-r", "801", vault=patient, fine=False)
    assert isinstance(found.exception, GrantUnknown)
    found = run("consent", "withdraw", "0x12", "-r", "801", vault=patient, fine=False)
    assert isinstance(found.exception, OpeningUnreadable)


def test_grant__until_no_day_or_with_no_right__is_refused(run: Run, patient: Path) -> None:
    wanted = ("consent", "grant", _account(HOLDER_WORDS[3]), "disease", "--purpose", "复诊", "-r", "801")
    found = run(*wanted, "--until", "tomorrow", vault=patient, fine=False)
    assert isinstance(found.exception, WrongEnd)
    found = run(*wanted, "--until", "2035-12-31", "--right", "write", vault=patient, fine=False)
    assert isinstance(found.exception, OpeningUnreadable)


def test_keep__notes_of_grants__sealed_beside_the_vault(run: Run, patient: Path) -> None:
    _grant(run, patient, "心理随访")
    raw = patient.with_suffix(".notes").read_bytes()
    assert _account(HOLDER_WORDS[3])[2:].lower().encode() not in raw.lower()
    assert "心理".encode() not in raw


def test_break__glass_by_a_layman__is_refused_and_nothing_is_listed(run: Run, patient: Path, doctor: Path) -> None:
    who = _account(PATIENT_WORDS)
    run("consent", "break-glass", who, "--reason", "昏迷", "-r", "801", vault=doctor, fine=False)
    assert who not in run("consent", "emergencies", "--patient", who).output


def test_introduce__to_a_reader__arrives_as_a_card_without_secrets(run: Run, patient: Path, doctor: Path) -> None:
    run("patients", "introduce", _account(HOLDER_WORDS[3]), "-r", "801", vault=patient)
    shown = run("patients", "letters", "-r", "801", vault=doctor).output
    assert "relation-card" in shown
    assert Vault.from_words(PATIENT_WORDS).relation(801).vault_key.hex() not in shown
    letter = re.search(r"(0x[0-9a-f]{64})[^\n]*relation-card", shown)
    assert letter is not None
    run("patients", "letters", "--remove", letter.group(1), "-r", "801", vault=doctor)
    assert "relation-card" not in run("patients", "letters", "-r", "801", vault=doctor).output


def test_break__glass_at_two_members__is_confirmed_ended_and_reviewed(
    run: Run, world: World, patient: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (world.practitioner(member, f"CLI-{member}") for member in _MEMBERS[:2])
    doctors = folder / "doctors.json"
    VaultFile(doctors).create(HOLDER_WORDS[0], _PASSPHRASE)
    who, numbers = _account(PATIENT_WORDS), [str(device.relation.number) for device in (first, second)]
    shown = run("consent", "break-glass", who, "--reason", "昏迷", "-r", numbers[0], vault=doctors).output
    found = re.search(r"0x[0-9a-f]{64}", shown)
    assert found is not None
    assert "broken" in shown
    assert "open" in run("consent", "second", found.group(), "-r", numbers[1], vault=doctors).output
    assert "ended" in run("consent", "end", found.group(), "-r", "801", vault=patient).output
    assert "break-glass" in run("patients", "letters", "-r", "801", vault=patient).output
    home, findings = folder / "regulator", folder / "findings.txt"
    open_keystore(home).take_in("regulator", _REGULATOR)
    findings.write_text("抢救记录相符")
    monkeypatch.setenv("TCMCHAIN_HOME", str(home))
    reviewed = ["consent", "review", found.group(), "--findings", str(findings), "--justified", "-a", "regulator"]
    assert "justified" in run(*reviewed).output
    assert found.group() not in run("consent", "emergencies", "--unreviewed").output
    assert found.group() in run("consent", "emergencies", "--patient", who).output


def test_pass_on__a_file__is_opened_by_the_next_reader_until_withdrawn(
    run: Run, folder: Path, patient: Path, doctor: Path
) -> None:
    consultant, body, to = folder / "consultant.json", folder / "finding.json", folder / "opened.json"
    VaultFile(consultant).create(HOLDER_WORDS[2], _PASSPHRASE)
    body.write_bytes(b'{"resourceType":"Condition"}')
    run("patients", "publish", "-r", "801", vault=consultant)
    sealing = ("records", "append", str(body), "--title", "诊断", "--category", "disease", "--relation", "801")
    file = _id_in(run(*sealing, vault=patient).output)
    grant = _grant(run, patient, "会诊", "--right", "read", "--right", "pass-on")
    onward = ("consent", "pass-on", grant, _account(HOLDER_WORDS[2]), "--purpose", "二次会诊", "-r", "801")
    found = run(*onward, "--until", "2036-01-31", vault=doctor, fine=False)
    assert isinstance(found.exception, WrongEnd)
    passed = _id_in(run(*onward, "--until", "2035-12-31", vault=doctor).output)
    listed = run("consent", "passed", "-r", "801", vault=consultant).output
    assert passed in listed
    assert file in listed
    run("consent", "open", file, str(to), "-r", "801", vault=consultant)
    assert to.read_bytes() == body.read_bytes()
    found = run("consent", "open", file, str(to), "-r", "801", vault=consultant, fine=False)
    assert isinstance(found.exception, FileThere)
    run("consent", "withdraw", grant, "-r", "801", vault=patient)
    found = run("consent", "open", file, str(folder / "again.json"), "-r", "801", vault=consultant, fine=False)
    assert isinstance(found.exception, GrantWithdrawn)
    assert not (folder / "again.json").exists()


def test_pass_on__a_grant_that_nobody_gave__is_refused(run: Run, doctor: Path) -> None:
    who = _account(HOLDER_WORDS[2])
    onward = ("consent", "pass-on", "0x" + "12" * 32, who, "--purpose", "会诊", "--until", "2035-12-31", "-r", "801")
    found = run(*onward, vault=doctor, fine=False)
    assert isinstance(found.exception, GrantUnknown)
