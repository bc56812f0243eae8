"""Motions proposed at this node and the votes gathered for them: private to the node until a chain carries them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Engine, MetaData, SmallInteger, String, Table, Text, insert, select
from sqlalchemy.exc import IntegrityError

from tcmchain.members.model.membership import Kind
from tcmchain.members.model.motions import Decision, Matter, Motion
from tcmchain.values import Address, Hash32, UnixTime

metadata: Final = MetaData()

_ID = String(66)
_ACCOUNT = String(42)

_proposals: Final = Table(
    "members_proposal",
    metadata,
    Column("motion", _ID, primary_key=True),
    Column("serial", BigInteger, nullable=False),
    Column("matter", SmallInteger, nullable=False),
    Column("subject", _ID, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("voting", Boolean, nullable=False),
    Column("account", _ACCOUNT, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("digest", _ID, nullable=False),
    Column("text", Text, nullable=False),
    Column("not_after", BigInteger, nullable=False),
    Column("proposer", _ACCOUNT, nullable=False),
    Column("proposed", BigInteger, nullable=False),
)

_votes: Final = Table(
    "members_vote",
    metadata,
    Column("motion", _ID, primary_key=True),
    Column("voter", _ACCOUNT, primary_key=True),
    Column("signature", String(132), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A motion as it was proposed, with the signatures by their signers."""

    id: Hash32
    motion: Motion
    proposer: Address
    proposed: UnixTime
    signatures: dict[Address, str]


class Proposals:
    """The store of them; its tables are made with it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        metadata.create_all(engine)

    def add(self, motion_id: Hash32, motion: Motion, proposer: Address, proposed: UnixTime) -> None:
        """Keep a motion; one that is known already stays as it is."""
        decision = motion.decision
        row = {
            "motion": motion_id,
            "serial": motion.serial,
            "matter": int(decision.matter),
            "subject": decision.subject,
            "kind": int(decision.kind or 0),
            "voting": decision.voting,
            "account": decision.account,
            "number": decision.number,
            "starts": decision.starts,
            "digest": decision.digest,
            "text": decision.text,
            "not_after": motion.not_after,
            "proposer": proposer,
            "proposed": proposed,
        }
        self._insert(_proposals, row)

    def vote(self, motion_id: Hash32, voter: Address, signature: str) -> None:
        """Keep a signature; a voter's second one changes nothing."""
        self._insert(_votes, {"motion": motion_id, "voter": voter, "signature": signature})

    def one(self, motion_id: Hash32) -> Proposed | None:
        """A proposal by its id."""
        with self._engine.connect() as connection:
            row = connection.execute(select(_proposals).where(_proposals.c.motion == motion_id)).first()
            votes = connection.execute(select(_votes).where(_votes.c.motion == motion_id)).all()
        return None if row is None else _proposed(row, votes)

    def all(self, limit: int = 200) -> list[Proposed]:
        """Proposals, newest first."""
        newest = select(_proposals).order_by(_proposals.c.proposed.desc(), _proposals.c.motion).limit(limit)
        with self._engine.connect() as connection:
            rows = connection.execute(newest).all()
            votes = connection.execute(select(_votes).where(_votes.c.motion.in_([r.motion for r in rows]))).all()
        return [_proposed(row, [vote for vote in votes if vote.motion == row.motion]) for row in rows]

    def _insert(self, table: Table, row: dict[str, Any]) -> None:
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(table), row)
        except IntegrityError:
            return


def _proposed(row: Any, votes: Sequence[Any]) -> Proposed:
    decision = Decision(
        matter=Matter(row.matter),
        subject=Hash32(row.subject),
        kind=Kind(row.kind) if row.kind else None,
        voting=row.voting,
        account=Address(row.account),
        number=row.number,
        starts=UnixTime(row.starts),
        digest=Hash32(row.digest),
        text=row.text,
    )
    return Proposed(
        Hash32(row.motion),
        Motion(row.serial, UnixTime(row.not_after), decision),
        Address(row.proposer),
        UnixTime(row.proposed),
        {Address(vote.voter): vote.signature for vote in votes},
    )
