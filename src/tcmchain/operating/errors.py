"""What can go wrong when an operator backs a node up or puts it back."""

from tcmchain.errors import Conflict, Invalid, NotFound


class HomeUnknown(NotFound):
    """There is no node in this folder: ``home``."""

    code = "operating-home-unknown"


class BackupThereAlready(Conflict):
    """A file of this name is there already, and no backup is ever overwritten: ``file``."""

    code = "operating-backup-there-already"


class BackupInsideHome(Invalid):
    """A backup inside the folder that it backs up would be lost with it: ``file``."""

    code = "operating-backup-inside-home"


class LogDamaged(Conflict):
    """A chain's log, or another database, is damaged, so there is nothing sound to keep: ``file``, ``reason``."""

    code = "operating-log-damaged"


class HomeNotEmpty(Conflict):
    """The folder to restore into holds something: ``home``."""

    code = "operating-home-not-empty"


class NoBackup(NotFound):
    """There is no such file: ``file``."""

    code = "operating-no-backup"


class BackupTorn(Invalid):
    """The file is no whole backup: it ends too early or cannot be unpacked: ``reason``."""

    code = "operating-backup-torn"


class BackupAltered(Invalid):
    """A part of the backup is not what its manifest says: ``part``, ``reason``."""

    code = "operating-backup-altered"


class BackupForeign(Invalid):
    """The backup is of a layout that this release does not read: ``layout``, ``program``."""

    code = "operating-backup-foreign"
