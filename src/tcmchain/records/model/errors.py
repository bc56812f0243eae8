"""What can go wrong with records."""

from tcmchain.errors import Conflict, Gone, Invalid, NotFound, NotPermitted, TooLarge, TooMany, Unavailable


class NoPatient(NotFound):
    """Nobody registered under this pseudonym: ``patient``."""

    code = "records-no-patient"


class FileUnknown(NotFound):
    """The folder has no such file, or not this version: ``file``."""

    code = "records-unknown"


class FileErased(Gone):
    """The file was erased; a tombstone stands in its place: ``file``."""

    code = "records-erased"


class EnvelopeMissing(Unavailable):
    """Neither this node nor its peers have an envelope or body of a file now: ``file``."""

    code = "records-envelope-missing"


class MayNotAppend(NotPermitted):
    """No grant in force lets this member append to the folder: ``patient``, ``member``."""

    code = "records-may-not-append"


class MayNotErase(NotPermitted):
    """Only the patient, or a proxy, erases: ``patient``, ``account``."""

    code = "records-may-not-erase"


class MayNotLook(NotPermitted):
    """Sealed records are handed to patients, published readers and members only: ``account``."""

    code = "records-may-not-look"


class WrongVersion(Conflict):
    """Somebody else appended a version meanwhile: ``file``, ``expected``, ``given``."""

    code = "records-wrong-version"


class NothingGiven(Invalid):
    """A hash of the entry is missing."""

    code = "records-nothing"


class EnvelopeUnreadable(Invalid):
    """Bytes that are no envelope: ``reason``."""

    code = "records-envelope-unreadable"


class FactsUnreadable(Invalid):
    """Facts that do not follow their form: ``reason``."""

    code = "records-facts-unreadable"


class ContentUnreadable(Invalid):
    """A form with a value that no record can have: ``field``."""

    code = "records-content-unreadable"


class NoCard(NotFound):
    """The patient sent this member no relation card, so nothing tells which keys to seal to: ``patient``."""

    code = "records-no-card"


class NoCategoryKey(NotFound):
    """The patient has no key for this category: ``category``."""

    code = "records-no-category-key"


class NoDesk(Conflict):
    """This node keeps no account that acts for the member: ``member``."""

    code = "records-no-desk"


class NotOwnMember(NotPermitted):
    """Only accounts of the member have its node write records: ``account``."""

    code = "records-not-own-member"


class TooFewCustodians(Unavailable):
    """An emergency record needs three custodians: ``found``."""

    code = "records-too-few-custodians"


class LengthMissing(Invalid):
    """The length of the body has to be told beforehand."""

    code = "records-length-missing"


class OtherContent(Invalid):
    """The bytes are not those whose digest was told: ``expected``, ``given``."""

    code = "records-other-content"


class UploadUnknown(NotFound):
    """No upload of this number waits here; it may have expired: ``upload``."""

    code = "records-upload-unknown"


class UploadElsewhere(Conflict):
    """The upload stands at another byte: ``expected``, ``given``."""

    code = "records-upload-elsewhere"


class UploadTooLong(TooLarge):
    """More bytes than the upload was opened for, or than the node takes: ``limit``."""

    code = "records-upload-too-long"


class NoRoom(Unavailable):
    """The node's disk has no room for a body: ``size`` in bytes."""

    code = "records-no-room"


class UploadsTooMany(TooMany):
    """Too many unfinished uploads of one account wait: ``limit``."""

    code = "records-uploads-too-many"


class FileThere(Conflict):
    """A clear record is never written over another file: ``file``."""

    code = "records-file-there"


class OriginFalse(Invalid):
    """What was read does not belong to what the chain says: ``reason``."""

    code = "records-origin-false"
