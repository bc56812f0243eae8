"""Questions to the tables of patients and readers."""

from typing import Any

from sqlalchemy import Connection, Engine, or_, select

from tcmchain.patients.model.registered import CategoryKey, Guardianship, Patient, Proxy, Reader, Recovery
from tcmchain.patients.readmodel.projection import guardians, keys, patients, proxies, readers, supports
from tcmchain.values import ZERO_ADDRESS, Address, Hash32, UnixTime


class PatientsRecords:
    """Reads; every method opens a short connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def patient(self, account: Address) -> Patient | None:
        """A patient with everything that stands on the chain of it."""
        with self._engine.connect() as connection:
            row = connection.execute(select(patients).where(patients.c.account == account)).first()
            return None if row is None else _patient(connection, row)

    def reader(self, account: Address) -> Reader | None:
        """The keys that an account published last."""
        with self._engine.connect() as connection:
            row = connection.execute(select(readers).where(readers.c.account == account)).first()
        if row is None:
            return None
        return Reader(Address(row.account), bytes(row.reading_key), bytes(row.inbox), UnixTime(row.published))

    def inbox_of(self, account: Address) -> bytes | None:
        """Where letters to an account go: the patient's inbox, a reader's, or that of a recovery's new device."""
        patient = select(patients.c.inbox).where(patients.c.account == account)
        reader = select(readers.c.inbox).where(readers.c.account == account)
        recovered = select(patients.c.controller_inbox).where(patients.c.controller == account)
        device = select(patients.c.proposed_inbox).where(patients.c.proposed == account)
        with self._engine.connect() as connection:
            for wanted in (patient, reader, recovered, device):
                found = connection.execute(wanted.limit(1)).scalar()
                if found:
                    return bytes(found)
        return None

    def takes_letters(self, account: Address) -> bool:
        """Whether an account is a patient, acts for one, published keys, or is proposed in a recovery."""
        one = or_(patients.c.account == account, patients.c.controller == account, patients.c.proposed == account)
        with self._engine.connect() as connection:
            if connection.execute(select(patients.c.account).where(one).limit(1)).first() is not None:
                return True
            which = select(readers.c.account).where(readers.c.account == account)
            return connection.execute(which).first() is not None

    def of_controller(self, account: Address) -> list[Address]:
        """The patients that an account acts for as their own."""
        return self._accounts(select(patients.c.account).where(patients.c.controller == account))

    def of_proxy(self, account: Address, at: UnixTime) -> list[tuple[Address, UnixTime]]:
        """The patients that an account is proxy of at a moment, and until when."""
        wanted = select(proxies.c.patient, proxies.c.until).where(proxies.c.proxy == account, proxies.c.until >= at)
        with self._engine.connect() as connection:
            return [(Address(patient), UnixTime(until)) for patient, until in connection.execute(wanted)]

    def of_guardian(self, account: Address) -> list[Address]:
        """The patients that an account is guardian of."""
        return self._accounts(select(guardians.c.patient).where(guardians.c.guardian == account))

    def recovering(self) -> list[Address]:
        """Patients for whom another account was proposed."""
        # Every other address is greater as text, and only so does the index serve.
        return self._accounts(select(patients.c.account).where(patients.c.proposed > ZERO_ADDRESS))

    def proxies_of(self, patient: Address, at: UnixTime) -> list[Address]:
        """Who may act for a patient besides its own account."""
        which = (proxies.c.patient == patient) & (proxies.c.until >= at)
        return self._accounts(select(proxies.c.proxy).where(which))

    def _accounts(self, wanted: Any) -> list[Address]:
        with self._engine.connect() as connection:
            return [Address(found) for found in connection.execute(wanted).scalars()]


def _patient(connection: Connection, row: Any) -> Patient:
    account = row.account
    of_keys = select(keys).where(keys.c.patient == account).order_by(keys.c.label, keys.c.epoch)
    of_proxies = select(proxies).where(proxies.c.patient == account).order_by(proxies.c.proxy)
    return Patient(
        account=Address(account),
        controller=Address(row.controller),
        commitment=Hash32(row.commitment),
        inbox=bytes(row.inbox),
        registered=UnixTime(row.registered),
        controller_inbox=bytes(row.controller_inbox),
        keys=tuple(
            CategoryKey(Hash32(key.label), key.epoch, bytes(key.key), Address(key.by), UnixTime(key.at))
            for key in connection.execute(of_keys)
        ),
        proxies=tuple(Proxy(Address(proxy.proxy), UnixTime(proxy.until)) for proxy in connection.execute(of_proxies)),
        guardianship=_guardianship(connection, row),
        recovery=_recovery(connection, row),
    )


def _guardianship(connection: Connection, row: Any) -> Guardianship | None:
    if not row.needed:
        return None
    wanted = select(guardians.c.guardian).where(guardians.c.patient == row.account).order_by(guardians.c.place)
    accounts = tuple(Address(found) for found in connection.execute(wanted).scalars())
    return Guardianship(accounts, row.needed, row.delay, Hash32(row.backup))


def _recovery(connection: Connection, row: Any) -> Recovery | None:
    if row.proposed == ZERO_ADDRESS:
        return None
    wanted = select(supports.c.guardian).where(supports.c.patient == row.account).order_by(supports.c.place)
    supporters = tuple(Address(found) for found in connection.execute(wanted).scalars())
    return Recovery(row.round, Address(row.proposed), bytes(row.proposed_inbox), supporters, UnixTime(row.ready))
