"""Linksets are documents of RFC 9264, and a request gets the link it means."""

import pytest

from tcmchain.gs1.errors import LinkTypeUnknown
from tcmchain.gs1.link_types import link_type, link_types
from tcmchain.gs1.linkset import Link, Linkset, describe_resolver, is_asked_for

_ANCHOR = "https://a.example/01/09520123456788/10/A"
_SET = Linkset(
    _ANCHOR,
    "人参",
    (
        Link(link_type("gs1:pip"), "https://a.example/p", "Page", languages=("zh", "en")),
        Link(link_type("gs1:traceability"), "https://a.example/t", "Way", languages=("zh",)),
        Link(link_type("gs1:traceability"), "https://a.example/e", "Way", languages=("en",)),
        Link(link_type("gs1:traceability"), "https://a.example/j", "Way", "application/json"),
    ),
)


def test_write__linkset__is_by_link_type_with_the_default_first() -> None:
    (context,) = _SET.document()["linkset"]
    assert context["anchor"] == _ANCHOR
    assert context["https://ref.gs1.org/voc/defaultLink"] == [
        {"href": "https://a.example/p", "title": "Page", "type": "text/html", "hreflang": ["zh", "en"]}
    ]
    assert [one["href"] for one in context["https://ref.gs1.org/voc/traceability"]] == [
        f"https://a.example/{name}" for name in "tej"
    ]
    assert "人参".encode() in _SET.encode()


@pytest.mark.parametrize(
    ("asked", "languages", "accept", "end"),
    [
        ("", (), (), "p"),
        ("gs1:defaultLink", (), (), "p"),
        ("gs1:traceability", ("zh",), ("text/html",), "t"),
        ("gs1:traceability", ("en", "zh"), ("text/html",), "e"),
        ("https://ref.gs1.org/voc/traceability", ("fr",), ("application/json",), "j"),
    ],
)
def test_choose__type_language_and_medium__finds_the_link(
    asked: str, languages: tuple[str, ...], accept: tuple[str, ...], end: str
) -> None:
    assert _SET.choose(asked, languages, accept).href.endswith(f"/{end}")


@pytest.mark.parametrize("asked", ["gs1:epcis", "gs1:nothing"])
def test_choose__type_that_is_not_there__names_those_that_are(asked: str) -> None:
    with pytest.raises(LinkTypeUnknown) as refused:
        _SET.choose(asked)
    assert refused.value.details["known"] == ["gs1:pip", "gs1:traceability"]


def test_list__link_types__are_those_of_the_vocabulary() -> None:
    assert len(link_types()) == 60
    assert all(one.zh and one.en for one in link_types().values())
    with pytest.raises(LinkTypeUnknown):
        link_type("gs1:nothing")


@pytest.mark.parametrize(
    ("asked", "accept", "whole"),
    [
        ("all", "*/*", True),
        ("linkset", "*/*", True),
        ("", "application/linkset+json", True),
        ("", "text/html, application/linkset+json;q=0.5", True),
        ("", "text/html", False),
        ("gs1:pip", "text/html", False),
    ],
)
def test_ask__for_all_links__is_told_by_type_or_medium(asked: str, accept: str, whole: bool) -> None:
    assert is_asked_for(asked, accept) is whole


def test_describe__resolver__has_what_its_schema_wants() -> None:
    told = describe_resolver("https://a.example", "A", ("01",))
    assert told["resolverRoot"] == "https://a.example"
    assert told["supportedLinkType"] == [{"namespace": "https://ref.gs1.org/voc/", "prefix": "gs1:"}]
