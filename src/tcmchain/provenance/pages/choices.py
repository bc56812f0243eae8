"""What can be chosen in a form, out of what the ledger knows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tcmchain.members.model.membership import Kind, Standing
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.provenance.pages.names import Names
from tcmchain.provenance.pages.stages import day_text
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.terms.forms import forms
from tcmchain.terms.methods import methods
from tcmchain.values import MemberId
from tcmchain.web.i18n import Translate, translator

_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: what is sent, what is read, and the heading that it stands under."""

    value: str
    text: str
    group: str = ""


class Choices:
    """Options for one member's forms, each kind read only when a form asks for it."""

    def __init__(self, ledger: Ledger, roll: Roll, names: Names, member: MemberId) -> None:
        self._ledger = ledger
        self._roll = roll
        self._names = names
        self._member = member
        self._translate: Translate = translator(names.language)
        self._read: Mapping[str, Callable[[], Sequence[Choice]]] = {
            "lot": self._lots,
            "quota": self._quotas,
            "subject": lambda: [*self._quotas(), *self._lots()],
            "member": lambda: self._members(()),
            "grower": lambda: self._members((Kind.GROWER,)),
            "form": self._forms,
            "any-form": self._all_forms,
            "method": self._methods,
        }

    def of(self, kind: str) -> Sequence[Choice]:
        """The options of a kind of field; raises ``KeyError`` for a kind that has none."""
        return self._read[kind]()

    def __contains__(self, kind: str) -> bool:
        return kind in self._read

    def _lots(self) -> Sequence[Choice]:
        _ = self._translate
        found = []
        for held in self._ledger.holdings(self._member)[:_MOST]:
            until = _("有效期至 %(day)s", day=day_text(held.lot.expires)) if held.lot.expires else ""
            parts = (self._names.form(held.lot.form), held.lot.reference, format_mass(held.milligrams), until)
            found.append(Choice(held.lot.id, " · ".join(part for part in parts if part), _("库存批次")))
        return found

    def _quotas(self) -> Sequence[Choice]:
        _ = self._translate
        found = []
        for quota in self._ledger.quotas(self._member):
            left = _("余 %(left)s", left=format_mass(quota.left))
            if not quota.withdrawn:
                text = f"{self._names.form(quota.form)} · {quota.reference} · {left}"
                found.append(Choice(quota.id, text, _("采收配额")))
        return found

    def _members(self, kinds: tuple[Kind, ...]) -> Sequence[Choice]:
        found = self._roll.search("", kinds, Standing.ACTIVE, 0, _MOST).members
        options = [
            Choice(member.id, member.profile.name(self._names.language), member.kind.name_in(self._names.language))
            for member in found
            if member.id != self._member
        ]
        return sorted(options, key=lambda option: option.group)

    def _forms(self) -> Sequence[Choice]:
        known = [(form.id, self._names.herb(form.id)) for form in self._ledger.forms()]
        return sorted((Choice(id, name.form, name.herb) for id, name in known), key=lambda option: option.group)

    def _all_forms(self) -> Sequence[Choice]:
        language = self._names.language
        declared = {form.id for form in self._ledger.forms()}
        return [Choice(f.id, f.name(language), f.herb.name(language)) for f in forms() if f.id not in declared]

    def _methods(self) -> Sequence[Choice]:
        return [Choice(method.id, method.name(self._names.language)) for method in methods()]
