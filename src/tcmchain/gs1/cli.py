"""``tcmchain gs1``: what a code says, and what a tag holds."""

from typing import Annotated, Final

import typer
from rich.console import Console

from tcmchain.gs1.errors import rule_en, rule_zh
from tcmchain.gs1.reading import Reading, read, tag_of

app = typer.Typer(help="编码 · GS1 codes, tags and drug trace codes", no_args_is_help=True)
tag = typer.Typer(help="电子标签 · RFID tags", no_args_is_help=True)
app.add_typer(tag, name="tag")

Prefix = Annotated[int | None, typer.Option("--prefix-length", min=6, max=12, help="digits of the company prefix")]

_console: Final = Console()


@app.command("read")
def read_text(
    text: Annotated[str, typer.Argument(help="whatever was scanned or typed; ␝ stands for FNC1")],
    prefix_length: Prefix = None,
) -> None:
    """Say what a code is and what it says."""
    found = read(text, prefix_length)
    for name, value in _lines(found):
        _console.print(f"{name:<14} {value}", highlight=False, markup=False, soft_wrap=True)


def _lines(found: Reading) -> list[tuple[str, str]]:
    lines = [("kind", found.kind.value)]
    lines += [(f"({ai})", f"{value}   {found.title(ai)}") for ai, value in found.elements]
    if found.tag is not None:
        kind = " · ".join(name for name in map(found.tag.filter_name, ("zh", "en")) if name)
        name = found.tag.uri or found.tag.scheme
        lines += [("tag", name), ("hex", found.tag.hex), ("filter", f"{found.tag.filter} {kind}".rstrip())]
    if found.trace_code is not None:
        lines += [("药品追溯码", found.human), ("药品标识码", found.trace_code.drug)]
    lines += [("epc", found.epc)] if found.epc else []
    lines += [("link", found.link)] if found.link else []
    return lines + [
        (f"({fault.details['ai']})", f"{rule_zh(fault.rule)} · {rule_en(fault.rule)}") for fault in found.together
    ]


@tag.command("encode")
def encode_tag(
    text: Annotated[str, typer.Argument(help="an EPC, tag URI, Digital Link or element string")],
    prefix_length: Prefix = None,
    filter: Annotated[int, typer.Option("--filter", min=0, max=7, help="what kind of thing is tagged")] = 0,
) -> None:
    """Print the hexadecimal digits that a tag is to hold."""
    found = tag_of(text, prefix_length, filter)
    _console.print(found.hex, highlight=False, markup=False)
    _console.print(found.uri or found.scheme, highlight=False, markup=False, soft_wrap=True)


@tag.command("decode")
def decode_tag(digits: Annotated[str, typer.Argument(help="the EPC memory in hexadecimal digits")]) -> None:
    """Print what a tag holds."""
    for name, value in _lines(read(digits)):
        _console.print(f"{name:<14} {value}", highlight=False, markup=False, soft_wrap=True)
