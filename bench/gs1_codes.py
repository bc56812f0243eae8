"""GS1 codes read and written a second on one core, all different, and how the published cases fare.

Times are of the processor, since one thread works. Beside each, in the same run over the same codes, stand other
implementations that people use: ``biip`` for element strings and Digital Links, ``epcpy`` for tags.
"""

import csv
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import biip
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from epcpy.epc_schemes.sgtin import SGTIN, SGTINFilterValue
from epcpy.utils.parsers import hex_to_tag_encodable

from measured import keep
from tcmchain.gs1 import digital_link, elements, epc, plus_tags, reading, tags
from tcmchain.gs1.ais import identifiers
from tcmchain.gs1.check import with_check_digit
from tcmchain.gs1.elements import Element
from tcmchain.gs1.errors import Refused

CODES: Final = 20_000
PEER_CODES: Final = 2_000
ROUNDS: Final = 5
TARGET: Final = 20_000
CASES: Final = Path(__file__).parents[1] / "tests" / "gs1" / "data"


def _labels() -> list[tuple[Element, ...]]:
    """The elements of labels: item, production and expiry day, lot and serial."""
    return [
        (
            Element("01", with_check_digit(f"0690{number:09}")),
            Element("11", f"26{number % 12 + 1:02}{number % 28 + 1:02}"),
            Element("17", f"28{number % 12 + 1:02}{number % 28 + 1:02}"),
            Element("10", f"HS26{number % 9_000:04}"),
            Element("21", f"S{number:010X}"),
        )
        for number in range(CODES)
    ]


def _rate(work: Callable[[Any], object], codes: Sequence[Any]) -> int:
    """Codes a second, the median of several rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for code in codes:
            work(code)
        times.append(time.process_time() - start)
    return round(len(codes) / statistics.median(times))


def _by_peer(tag: tags.Tag) -> str:
    return SGTIN(tag.epc.uri).hex(
        binary_coding_scheme=SGTIN.BinaryCodingScheme.SGTIN_96, filter_value=SGTINFilterValue.POS_ITEM
    )


def _agreeing() -> dict[str, str]:
    """How many of the published cases come out as they should."""
    with (CASES / "digital_links.csv").open(encoding="utf-8", newline="") as file:
        cases = [case for case in csv.DictReader(file) if case["option"] in ("", "short")]
    links = sum(_says(case["uri"]) == case["elements"].replace("^", "\x1d") for case in cases)
    with (CASES / "tags.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    right = sum(tags.decode(row["hex"]).uri == row["uri"] for row in rows)
    with (CASES / "plus_tags.csv").open(encoding="utf-8", newline="") as file:
        newer = list(csv.DictReader(file))
    held = sum(elements.bracketed(plus_tags.decode(row["hex"]).elements) == row["elements"] for row in newer)
    with (CASES / "epcs.csv").open(encoding="utf-8", newline="") as file:
        named = list(csv.DictReader(file))
    same = sum(elements.bracketed(epc.to_elements(epc.parse(row["uri"]))) == row["elements"] for row in named)
    return {
        "digital_links": f"{links} of {len(cases)}",
        "tags": f"{right} of {len(rows)}",
        "newer_tags": f"{held} of {len(newer)}",
        "epcs": f"{same} of {len(named)}",
    }


def _says(uri: str) -> str:
    """The element string of a link in the order of the link, empty when it is refused."""
    try:
        found = digital_link.parse(uri).elements
    except Refused:
        return ""
    marks = [elements.build([element]) for element in found]
    known = identifiers()
    return "\x1d" + "".join(
        mark + ("" if known[one.ai].predefined or at == len(marks) - 1 else "\x1d")
        for at, (mark, one) in enumerate(zip(marks, found, strict=True))
    )


def main() -> None:
    labels = _labels()
    scanned = [elements.build(label) for label in labels]
    printed = [elements.build_bracketed(label) for label in labels]
    links = [digital_link.build(digital_link.from_elements(label)) for label in labels]
    parsed = [digital_link.parse(link) for link in links]
    held = [
        tags.Tag(epc.Epc("sgtin", f"690{number:06}"[:9], f"0{number % 1000:03}", str(number)), "sgtin-96", 1)
        for number in range(CODES)
    ]
    written = [tags.encode(tag) for tag in held]
    newer = [plus_tags.choose(label, 1) for label in labels]
    some = slice(0, PEER_CODES)
    rates = {
        "read_element_string": _rate(elements.parse, scanned),
        "read_brackets": _rate(elements.parse, printed),
        "write_element_string": _rate(elements.build, labels),
        "read_digital_link": _rate(digital_link.parse, links),
        "write_digital_link": _rate(digital_link.build, parsed),
        "encode_tag": _rate(tags.encode, held),
        "decode_tag": _rate(tags.decode, written),
        "encode_newer_tag": _rate(plus_tags.encode, newer),
        "decode_newer_tag": _rate(plus_tags.decode, [tag.hex for tag in newer]),
        "read_epc": _rate(epc.parse, [tag.epc.uri for tag in held]),
        "tell_any_code": _rate(reading.read, scanned),
    }
    peers = {
        "biip_read_element_string": _rate(biip.parse, scanned[some]),
        "biip_read_digital_link": _rate(GS1DigitalLinkURI.parse, links[some]),
        "epcpy_encode_tag": _rate(_by_peer, held[some]),
        "epcpy_decode_tag": _rate(hex_to_tag_encodable, written[some]),
    }
    keep(
        "gs1_codes",
        codes=CODES,
        per_second=rates,
        peers_per_second=peers,
        agreeing=_agreeing(),
        target_per_second=TARGET,
        reached=min(rates.values()) >= TARGET,
    )


if __name__ == "__main__":
    main()
