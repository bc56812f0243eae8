"""The commands of a person's own machine, against a node's real doors."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.patients.world import HOLDER_WORDS, PATIENT_WORDS, World
from typer.testing import CliRunner, Result

from tcmchain.cli import app
from tcmchain.crypto.keys import Vault
from tcmchain.patients.client.vault_file import VaultFile
from tcmchain.patients.model.errors import PatientKnownAlready, VaultKnownAlready, VaultMissing, VaultShut

pytestmark = pytest.mark.engine

_PASSPHRASE = "correct horse battery"
Run = Callable[..., Result]


@pytest.fixture
def node(world: World, tmp_path: Path) -> Iterator[str]:
    with world.served(tmp_path) as url:
        yield url


@pytest.fixture
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


def _vault(folder: Path, name: str, words: str) -> Path:
    file = folder / f"{name}.json"
    VaultFile(file).create(words, _PASSPHRASE)
    return file


def _account(words: str, relation: int) -> str:
    return Vault.from_words(words).relation(relation).account


def test_make__a_vault__shows_the_words_once_and_keeps_them_sealed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    twice = f"{_PASSPHRASE}\n{_PASSPHRASE}\n"
    shown = run("patients", "vault", "--english", vault=file, typed=twice).output
    words = next(line for line in shown.splitlines() if len(line.split()) == 12)
    assert VaultFile(file).words(_PASSPHRASE) == words
    assert isinstance(run("patients", "vault", vault=file, typed=twice, fine=False).exception, VaultKnownAlready)
    assert isinstance(
        run("patients", "who", vault=file, typed="wrong horse battery\n", fine=False).exception, VaultShut
    )
    assert isinstance(run("patients", "who", vault=tmp_path / "none.json", fine=False).exception, VaultMissing)


def test_register__from_the_persons_machine__tells_no_number(run: Run, tmp_path: Path) -> None:
    file = _vault(tmp_path, "patient", PATIENT_WORDS)
    typed = f"{_PASSPHRASE}\n110101199003078515\n"
    shown = run("patients", "register", "-r", "901", vault=file, typed=typed).output
    assert _account(PATIENT_WORDS, 901) in shown
    assert "110101199003078515" not in shown
    again = run("patients", "register", "-r", "901", vault=file, typed=typed, fine=False)
    assert isinstance(again.exception, PatientKnownAlready)
    assert " 2 " in run("patients", "rotate", "disease", "-r", "901", vault=file).output


def test_carry__a_slip_made_without_a_network__registers_the_patient(run: Run, world: World, tmp_path: Path) -> None:
    file, slip, node = _vault(tmp_path, "patient", PATIENT_WORDS), tmp_path / "slip.json", world.running.node
    place = ["--chain-id", str(node.chain_id("care")), "--contract", node.contracts.address("care", "Patients")]
    run("patients", "slip", *place, "--out", str(slip), "-r", "902", vault=file, typed=f"{_PASSPHRASE}\n11010119\n")
    assert PATIENT_WORDS.split()[0] not in slip.read_text()
    shown = run("patients", "carry", str(slip)).output
    assert _account(PATIENT_WORDS, 902) in shown
    assert _account(PATIENT_WORDS, 902) in run("patients", "show", _account(PATIENT_WORDS, 902)).output
    assert json.loads(slip.read_text())["patient"] == _account(PATIENT_WORDS, 902)


def test_appoint__a_proxy__until_a_day_and_no_longer(run: Run, tmp_path: Path) -> None:
    file, daughter = _vault(tmp_path, "patient", PATIENT_WORDS), _account(HOLDER_WORDS[1], 0)
    run("patients", "register", "-r", "903", vault=file, typed=f"{_PASSPHRASE}\n1\n")
    run("patients", "appoint", daughter, "--until", "2040-12-31", "-r", "903", vault=file)
    patient = _account(PATIENT_WORDS, 903)
    assert "2040-12-31" in run("patients", "show", patient).output
    run("patients", "dismiss", daughter, "-r", "903", vault=file)
    assert "2040-12-31" not in run("patients", "show", patient).output
    run("patients", "appoint", daughter, "--until", "no day", "-r", "903", vault=file, fine=False)


def test_recover__through_two_guardians__brings_the_words_back(run: Run, tmp_path: Path) -> None:
    patient_file = _vault(tmp_path, "patient", PATIENT_WORDS)
    patient = _account(PATIENT_WORDS, 904)
    run("patients", "register", "-r", "904", vault=patient_file, typed=f"{_PASSPHRASE}\n1\n")
    files = [_vault(tmp_path, f"guardian{at}", HOLDER_WORDS[at]) for at in range(2)]
    for file in files:
        run("patients", "publish", "-r", "904", vault=file)
    accounts = [_account(words, 904) for words in HOLDER_WORDS[:2]]
    run("patients", "guardians", *accounts, "--days", "0.00003", "-r", "904", vault=patient_file)
    for file in files:
        assert patient in run("patients", "guard", "-r", "904", vault=file).output
        assert patient.encode() not in file.with_suffix(".notes").read_bytes()
    new_file, new = _vault(tmp_path, "new", HOLDER_WORDS[4]), _account(HOLDER_WORDS[4], 904)
    shown = run("patients", "who", "-r", "904", vault=new_file).output
    found = re.search(r"0x[0-9a-f]{64}", shown)
    assert found is not None
    for file in files:
        run("patients", "propose", patient, new, found.group(), "-r", "904", vault=file)
    time.sleep(3.1)
    run("patients", "complete", patient, "-r", "904", vault=new_file)
    for file in files:
        run("patients", "hand-over", patient, new, "-r", "904", vault=file)
    typed = f"{_PASSPHRASE}\nanother passphrase\nanother passphrase\n"
    run("patients", "recover", patient, "--to", "back.json", "-r", "904", vault=new_file, typed=typed)
    assert VaultFile(tmp_path / "back.json").words("another passphrase") == PATIENT_WORDS
