"""What can go wrong with rule sets, verdicts and overrides."""

from tcmchain.errors import Conflict, Invalid


class RulesUnreadable(Invalid):
    """The bytes are no rule set of a schema that is known: ``reason``."""

    code = "prescriptions-rules-unreadable"


class VerdictUnreadable(Invalid):
    """The bytes are no verdict of a schema that is known: ``reason``."""

    code = "prescriptions-verdict-unreadable"


class NotOverridable(Conflict):
    """A finding stands that nobody may override: ``finding``."""

    code = "prescriptions-not-overridable"


class ExplanationMissing(Invalid):
    """A finding needs a reason before it may be overridden: ``finding``."""

    code = "prescriptions-explanation-missing"
