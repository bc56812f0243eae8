"""What is drawn: well-formed, labelled, and the same for the same input."""

from xml.etree import ElementTree

import pytest

from tcmchain.web.drawing.bars import limit_bar, share_bar
from tcmchain.web.drawing.guilloche import guilloche
from tcmchain.web.drawing.icon import icon
from tcmchain.web.drawing.lineage import Box, Curve, lineage
from tcmchain.web.drawing.qr import qr
from tcmchain.web.drawing.route_map import Stop, distance_km, route_map

FUSONG = Stop(127.3, 42.3, "抚松", "1")
CHANGCHUN = Stop(125.3, 43.9, "长春", "2")
HANGZHOU = Stop(120.2, 30.3, "杭州", "3")


def _parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def test_draw_icon__of_a_size__is_hidden_from_screen_readers() -> None:
    drawn = _parse(icon("truck", 24))
    assert drawn.attrib["width"] == "24"
    assert drawn.attrib["aria-hidden"] == "true"


def test_draw_icon__unknown__is_refused() -> None:
    with pytest.raises(KeyError):
        icon("no-such-icon")


def test_draw_qr__text__has_quiet_zone_and_label() -> None:
    drawn = _parse(qr("http://localhost:8000/01/06901234567892/10/A1", "本证书的二维码"))
    assert drawn.attrib["viewBox"].startswith("-4 -4 ")
    assert drawn.attrib["aria-label"] == "本证书的二维码"


def test_draw_guilloche__two_lots__differ() -> None:
    assert guilloche("a") != guilloche("b")
    assert guilloche("a") == guilloche("a")


def test_draw_route_map__three_stops__marks_provinces_and_labels() -> None:
    drawn = route_map((FUSONG, CHANGCHUN, HANGZHOU), "从抚松到杭州")
    _parse(drawn)
    assert drawn.count("land passed") == 2
    assert drawn.count('class="leg"') == 2
    assert "杭州" in drawn


def test_draw_route_map__across_the_country__never_shows_all_of_it() -> None:
    far = route_map((Stop(75.9, 39.4, "喀什", "1"), Stop(131.9, 47.3, "鹤岗", "2")), "远")
    assert far.count('class="land') < 32


def test_draw_route_map__no_stops__is_empty() -> None:
    assert route_map((), "") == ""


def test_measure_distance__fusong_to_hangzhou__is_as_the_crow_flies() -> None:
    assert distance_km((FUSONG, HANGZHOU)) == pytest.approx(1470, rel=0.02)


def test_draw_lineage__diamond__puts_children_right_of_parents() -> None:
    boxes = (
        Box("d", "D", "", "", "this"),
        Box("a", "A", "", "", "origin"),
        Box("b", "B", "", "", "step"),
        Box("c", "C", "", "", "step"),
    )
    curves = (Curve("a", "b"), Curve("a", "c"), Curve("b", "d"), Curve("c", "d"))
    drawn = _parse(lineage(boxes, curves, "图"))
    rects = [float(node.attrib["x"]) for node in drawn.iter("rect")]
    assert rects[1] < rects[2] == rects[3] < rects[0]


def test_draw_lineage__markup_in_a_name__is_escaped() -> None:
    drawn = lineage((Box("a", "<b>", '"', "&", "this", "/x?a=1&b=2"),), (), "<i>")
    _parse(drawn)
    assert "<b>" not in drawn


def test_draw_bars__reading_over_its_limit__is_full_and_bad() -> None:
    drawn = limit_bar(9.0, 5.0, True, False)
    assert 'class="bar bad"' in drawn
    assert 'width="60.0"' in drawn


def test_draw_share_bar__parts__fill_the_whole() -> None:
    drawn = _parse(share_bar((("held", 3), ("lost", 1), ("used", 0)), "去向"))
    assert [node.attrib["width"] for node in drawn.iter("rect")] == ["75.00", "25.00"]
