"""``tcmchain provenance``: lots, stock, steps and recalls at the command line."""

from tcmchain.provenance.cli import recalls
from tcmchain.provenance.cli.steps import app

app.add_typer(recalls.app, name="recall")

__all__ = ["app"]
