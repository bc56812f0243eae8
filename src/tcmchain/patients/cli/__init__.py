"""``tcmchain patients``: a person's own keys, kept on the person's machine, and what they are used for."""

import typer

from tcmchain.patients.cli import guardians, own, registering

app = typer.Typer(help="患者 · a person's own keys: registering, guardians, recovery", no_args_is_help=True)
for _part in (own.app, registering.app, guardians.app):
    app.add_typer(_part)
