"""What can go wrong with patients, their keys, proxies, guardians and recoveries."""

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted


class PatientUnknown(NotFound):
    """Nobody registered under this account: ``patient``."""

    code = "patients-unknown"


class PatientKnownAlready(Conflict):
    """The account is registered already: ``patient``."""

    code = "patients-known-already"


class MayNotAct(NotPermitted):
    """The account may not act for the patient: ``patient``, ``account``."""

    code = "patients-may-not-act"


class NotController(NotPermitted):
    """Only the patient's own account may do this, no proxy: ``patient``, ``account``."""

    code = "patients-not-controller"


class WrongKey(Invalid):
    """A key is not of the length that its kind has: ``length`` in bytes."""

    code = "patients-wrong-key"


class WrongEpoch(Conflict):
    """Keys come one epoch after the other: ``label``, ``expected``, ``given``."""

    code = "patients-wrong-epoch"


class WrongLength(Invalid):
    """Lists that belong together differ in length, are empty or too long: ``first``, ``second``."""

    code = "patients-wrong-length"


class WrongEnd(Invalid):
    """The end lies in the past or too far ahead: ``until``."""

    code = "patients-wrong-end"


class NotProxy(NotFound):
    """The account is no proxy of the patient: ``proxy``."""

    code = "patients-not-proxy"


class NothingGiven(Invalid):
    """A commitment, an account or a number is missing, or a person was named for themselves."""

    code = "patients-nothing"


class NotGuardian(NotPermitted):
    """The account is no guardian of the patient: ``patient``, ``account``."""

    code = "patients-not-guardian"


class SupportedAlready(Conflict):
    """The guardian agreed already, or was named twice: ``guardian``."""

    code = "patients-supported-already"


class RecoveryUnderway(Conflict):
    """A recovery is underway already: ``round``."""

    code = "patients-recovery-underway"


class NoRecovery(Conflict):
    """No recovery is underway, or one for another account: ``patient``."""

    code = "patients-no-recovery"


class TooEarly(Conflict):
    """The patient can still object: ``ready`` in Unix seconds, 0 as long as too few agreed."""

    code = "patients-too-early"


class ReaderUnknown(NotFound):
    """The account published no keys under which it reads: ``account``."""

    code = "patients-reader-unknown"


class VaultShut(NotPermitted):
    """The passphrase does not open this vault, or the file was altered."""

    code = "patients-vault-shut"


class VaultUnreadable(Invalid):
    """The file is no vault: ``reason``."""

    code = "patients-vault-unreadable"


class VaultKnownAlready(Conflict):
    """A vault stands here already, and is not overwritten: ``file``."""

    code = "patients-vault-known-already"


class VaultMissing(NotFound):
    """There is no vault here: ``file``."""

    code = "patients-vault-missing"


class PassphraseShort(Invalid):
    """A passphrase of fewer than ``least`` characters."""

    code = "patients-passphrase-short"


class SlipUnreadable(Invalid):
    """The slip of a registration is none, or its parts do not belong together: ``reason``."""

    code = "patients-slip-unreadable"


class BackupUnfit(Invalid):
    """The shares do not open this backup, or it is not the one whose hash stands on the chain: ``reason``."""

    code = "patients-backup-unfit"


class NotRecovered(Conflict):
    """The chain does not say that this account acts for the patient: ``patient``, ``account``."""

    code = "patients-not-recovered"
