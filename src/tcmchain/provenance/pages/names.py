"""What ids are called on a page, in the reader's language."""

from collections.abc import Collection
from dataclasses import dataclass

from tcmchain.members.model.membership import Member
from tcmchain.members.service.roll import Roll
from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.forms import Form, form
from tcmchain.terms.methods import method
from tcmchain.terms.places import place
from tcmchain.values import FormId, MemberId
from tcmchain.web.i18n import Language


@dataclass(frozen=True, slots=True)
class Party:
    """A member as a page names it in the reader's language."""

    id: MemberId
    name: str
    kind: str
    place: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class HerbName:
    """A form of a herb as a page names it; all but ``form`` are empty for a form that no table knows."""

    form: str
    herb: str
    pinyin: str = ""
    latin: str = ""
    species: str = ""


class Names:
    """Looks names up for one reader."""

    def __init__(self, roll: Roll, language: Language) -> None:
        self._roll = roll
        self._known: dict[MemberId, Party] = {}
        self.language: Language = language

    def read(self, members: Collection[MemberId]) -> None:
        """Look up members at once; :meth:`party` then answers without asking."""
        missing = set(members) - self._known.keys()
        if missing:
            found = self._roll.members(missing)
            self._known |= {id: self._party(id, found.get(id)) for id in missing}

    def party(self, member: MemberId) -> Party:
        """Who a member is."""
        self.read([member])
        return self._known[member]

    def _party(self, id: MemberId, member: Member | None) -> Party:
        if member is None:
            return Party(id, f"{id[:10]}…", "—")
        profile = member.profile
        lon, lat, where = profile.lon, profile.lat, ""
        try:
            seat = place(profile.place)
            where = seat.name(self.language)
            if not seat.is_province:
                province = place(seat.province).name(self.language)
                where = f"{province}{where}" if self.language == "zh" else f"{where}, {province}"
            if lon is None or lat is None:
                lon, lat = seat.longitude, seat.latitude
        except TermUnknown:
            where = profile.address_en if self.language == "en" else profile.address_zh
        return Party(id, profile.name(self.language), member.kind.name_in(self.language), where, lon, lat)

    def herb(self, id: FormId) -> HerbName:
        """What a form is called."""
        found = known_form(id)
        if found is None:
            return HerbName(form=id, herb=id)
        herb = found.herb
        return HerbName(
            form=found.name(self.language),
            herb=herb.name(self.language),
            pinyin=herb.pinyin,
            latin=found.latin or herb.latin,
            species=herb.species,
        )

    def form(self, id: FormId) -> str:
        """A form's name alone."""
        return self.herb(id).form

    def region(self, code: object) -> str:
        """A province's or county's name; a code that no table knows stands as it was stated."""
        try:
            return place(str(code)).name(self.language)
        except TermUnknown:
            return str(code)

    def method(self, id: str) -> str:
        """A method's name; what no table knows stands as it was stated."""
        try:
            return method(id).name(self.language)
        except TermUnknown:
            return id


def known_form(id: str) -> Form | None:
    """The form in the tables, if any."""
    try:
        return form(id)
    except TermUnknown:
        return None
