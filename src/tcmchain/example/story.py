"""The example story, told to a node through the doors that everybody uses."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import orjson

from tcmchain.example import (
    cabinet,
    custodians,
    dispensing,
    founding,
    ginseng,
    history,
    pharmacy,
    sensors,
    units,
    verdict,
    visit,
)
from tcmchain.example.stage import Scene, Stage
from tcmchain.provenance.model.gs1 import DigitalLink, build_link
from tcmchain.values import BEIJING

SCENES: Final[tuple[Scene, ...]] = (
    *founding.SCENES,
    *custodians.SCENES,
    *ginseng.SCENES,
    *cabinet.SCENES,
    *units.SCENES,
    *verdict.SCENES,
    *sensors.SCENES,
    *history.SCENES,
    *visit.SCENES,
    *pharmacy.SCENES,
    *dispensing.SCENES,
)

Progress = Callable[[int, int, str], None]
"""Told how many scenes of how many are done, and what the next one is."""


class Story:
    """Plays the scenes once; ``notes`` remembers how far it came, so that a broken run goes on there."""

    def __init__(self, url: str, notes: Path, custodians: Mapping[str, str] | None = None) -> None:
        self._url = url
        self._custodians = dict(custodians or {})
        self._notes = notes
        self._done, self._began = self._read()

    @property
    def told(self) -> bool:
        """Whether the whole story stands on the chains."""
        return self._done >= len(SCENES)

    @property
    def began(self) -> datetime:
        """The moment from which the story counts its days back."""
        return self._began

    @property
    def certificate(self) -> str:
        """Address of the certificate of the sliced red ginseng."""
        number = ginseng.packed_number(Stage(self._url, self._began))
        return self._url + build_link(DigitalLink(ginseng.GTIN, number))

    @property
    def unit(self) -> str:
        """Address of the page of a single bag that turned up twice."""
        return self._url + units.unit_path(Stage(self._url, self._began), units.TWICE)

    async def tell(self, progress: Progress) -> None:
        """Play the scenes that are still missing."""
        stage = Stage(self._url, self._began, self._custodians)
        try:
            for title, scene in SCENES[self._done :]:
                progress(self._done, len(SCENES), title)
                await scene(stage)
                self._done += 1
                self._write()
        finally:
            await stage.close()
        progress(self._done, len(SCENES), "")

    def _read(self) -> tuple[int, datetime]:
        if not self._notes.exists():
            return 0, datetime.now(BEIJING)
        found = orjson.loads(self._notes.read_bytes())
        return found["done"], datetime.fromisoformat(found["began"])

    def _write(self) -> None:
        draft = self._notes.with_suffix(".draft")
        draft.write_bytes(orjson.dumps({"done": self._done, "began": self._began.isoformat()}))
        draft.replace(self._notes)
