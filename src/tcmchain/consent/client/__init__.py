"""The same over HTTP."""

from tcmchain.consent.client.consent import ConsentClient

__all__ = ["ConsentClient"]
