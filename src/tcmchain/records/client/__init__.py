"""Records over HTTP, and what is sealed, opened, proven and exported on one's own machine."""

from tcmchain.records.client.records import RecordsClient

__all__ = ["RecordsClient"]
