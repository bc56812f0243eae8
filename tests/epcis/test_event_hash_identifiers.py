"""Identifiers come down to one spelling, the same that the GS1 kit builds more slowly and checks more strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gs1.vectors import SET_82, digits, table

from tcmchain.epcis.model.identifiers import NotAnEpc, canonical_uri
from tcmchain.gs1 import digital_link
from tcmchain.gs1.epc import SCHEMES, Epc, parse, to_elements
from tcmchain.gs1.errors import Refused


@pytest.mark.parametrize("row", table("epcs"), ids=lambda row: row["uri"])
def test_canonise__published_epc__names_what_the_kit_reads(row: dict[str, str]) -> None:
    elements = to_elements(parse(row["uri"]))
    assert digital_link.parse(canonical_uri(row["uri"])).identity == elements


@given(st.sampled_from(sorted(SCHEMES)), st.integers(6, 12), digits(17), st.text(SET_82, min_size=1, max_size=12))
def test_canonise__any_epc_that_the_kit_takes__is_the_same_thing(
    name: str, length: int, both: str, serial: str
) -> None:
    scheme = SCHEMES[name]
    reference = both[length : scheme.digits] if scheme.digits else both[length : length + 4]
    given = Epc(name, both[:length], reference + ("0101" if scheme.extra else ""), serial, scheme.kind)
    try:
        elements = to_elements(parse(given.uri))
    except Refused:
        return
    link = canonical_uri(given.uri)
    assert link.startswith("https://id.gs1.org/")
    assert digital_link.parse(link).identity == elements
    assert canonical_uri(link) == link
    assert canonical_uri(link.replace("https://id.gs1.org", "http://shop.example.com/a/b") + "?x=1#y") == link


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://example.com/01/09780345418913/22/V2/10/L1/21/S1", "/01/09780345418913/21/S1"),
        ("https://example.com/01/09780345418913/22/V2", "/01/09780345418913"),
        ("https://example.com/01/9780345418913/10/L1", "/01/09780345418913/10/L1"),
        ("https://example.com/gtin/09780345418913/lot/L1/", "/01/09780345418913/10/L1"),
        ("https://id.gs1.org/414/4012345000054/254/122?abc", "/414/4012345000054/254/122"),
        ("https://id.gs1.org/8003/04012345000221334455", "/8003/04012345000221334455"),
        ("https://id.gs1.org/8010/0614141ABC/8011/1234", "/8010/0614141ABC/8011/1234"),
        ("urn:epc:idpat:sgtin:4012345.066666.*", "/01/04012345666663"),
        ("urn:epc:id:sgln:4012345.00005.0", "/414/4012345000054"),
        ("urn:epc:id:gdti:987659999999..9", "/253/98765999999929"),
        ("urn:epc:id:cpi:0614141.11111111111111-A%23%2F.1234", "/8010/061414111111111111111-A%23%2F/8011/1234"),
    ],
)
def test_canonise__link_or_epc__has_only_its_finest_identification(given: str, expected: str) -> None:
    assert canonical_uri(given) == f"https://id.gs1.org{expected}"


@pytest.mark.parametrize(
    "given",
    [
        "https://example.com/orders/12345678",
        "https://example.com/01/2024/x",
        "https://example.com/01/09780345418913/10",
        "https://example.com/01/09780345418913/99/x",
        "https://transaction.example.com/po/12345678?a=b#c",
        "geo:47.5,11.1",
        "urn:epcglobal:cbv:bt:4012345000009:ASN1099",
        "urn:uuid:7dad6e3f-8eb5-4f36-9d0f-f9f5f4c5e1a0",
        "urn:epc:id:imovn:9176187",
        "urn:epc:id:usdod:2S194.12345678901",
    ],
)
def test_canonise__what_names_no_key__stays_as_it_is(given: str) -> None:
    assert canonical_uri(given) == given


@pytest.mark.parametrize(
    "given",
    [
        "urn:epc:id:sgtin:4012345.011111",
        "urn:epc:id:sgtin:4012345.011111.",
        "urn:epc:id:sgtin:4012345.01111.1",
        "urn:epc:id:sgtin:4012x45.011111.1",
        "urn:epc:id:sgtin:4012345.011111.a b",
        "urn:epc:id:sgtin:4012345.011111.%G1",
        "urn:epc:id:sscc:4012345.0000000333.1",
        "urn:epc:id:pgln:4012345.00000.1",
        "urn:epc:id:itip:4012345.011111.1.02.987",
        "urn:epc:idpat:sgtin:4012345.066666.1",
        "urn:epc:id:lgtin:4012345.012345.L1",
        "urn:epc:id:giai:4012345.",
        "urn:epc:id:cpi:4012345.ABC.x",
        "urn:epc:id:sgtin:4012345.011111." + "9" * 21,
        "urn:epc:id:sgtin:4012345.011111." + "%2F" * 21,
        "urn:epc:id:giai:4012345." + "A" * 24,
        "urn:epc:sgtin:4012345.011111.1",
        "urn:epc:",
    ],
)
def test_canonise__malformed_epc__is_refused(given: str) -> None:
    with pytest.raises(NotAnEpc):
        canonical_uri(given)
