"""What a step may state beyond its numbers.

Facts stand on the chain for ever and for everybody, so only these keys are taken, and none of them is a person.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson

from tcmchain.provenance.model.errors import FactsTooLong, FactsUnreadable

LIMIT: Final = 4096
"""Bytes that a step's facts may take as JSON."""

_LONGEST_TEXT: Final = 200
_MOST_TESTS: Final = 40
_MOST_UNITS: Final = 200
_MOST_TRACE_CODES: Final = 80
_MOST_CHANNELS: Final = 10
_LISTED = re.compile(r"[\s,，、;；]+")
_MISREAD: Final = str.maketrans("OIL", "011")
_SERIAL = re.compile(r"[0-9A-HJKMNP-TV-Z]{12}")
_CHANNEL = re.compile(r"[1-9][0-9]{5}")
_TRACE_CODES = re.compile(r"[0-9]{20}(-[0-9]{20})?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TEST_KEYS: Final = frozenset({"item", "value", "unit", "limit", "ok", "at_most"})


@dataclass(frozen=True, slots=True)
class Fact:
    """A kind of fact: its names and how its value is read (which raises ``ValueError``)."""

    key: str
    zh: str
    en: str
    read: Callable[[Any], Any]
    unit: str = ""


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_TEXT or not value.isprintable():
        raise ValueError("text")
    return value.strip()


def _day(value: Any) -> str:
    return date.fromisoformat(str(value)).isoformat()


def _number(value: Any) -> float | int:
    if isinstance(value, bool):
        raise ValueError("number")
    found = float(value)
    if not math.isfinite(found) or abs(found) > 1e9:
        raise ValueError("number")
    return int(found) if found == int(found) else found


def _longitude(value: Any) -> float | int:
    found = _number(value)
    if abs(found) > 180:
        raise ValueError("longitude")
    return found


def _latitude(value: Any) -> float | int:
    found = _number(value)
    if abs(found) > 90:
        raise ValueError("latitude")
    return found


def _sha256(value: Any) -> str:
    text = str(value).lower()
    if _SHA256.fullmatch(text) is None:
        raise ValueError("sha256")
    return text


def _listed(value: Any, pattern: re.Pattern[str], most: int) -> list[str]:
    parts = [part for part in _LISTED.split(value) if part] if isinstance(value, str) else value
    if not isinstance(parts, list) or not 0 < len(parts) <= most:
        raise ValueError("list")
    if not all(isinstance(part, str) and pattern.fullmatch(part) for part in parts):
        raise ValueError("code")
    return list(dict.fromkeys(parts))


def _units(value: Any) -> list[str]:
    """Serials of single units, twelve characters of Crockford's Base32."""
    text = value if isinstance(value, str) else " ".join(str(part) for part in value)
    return _listed(text.upper().replace("-", "").translate(_MISREAD), _SERIAL, _MOST_UNITS)


def _channels(value: Any) -> list[str]:
    """Regions by their GB/T 2260 codes."""
    return _listed(value, _CHANNEL, _MOST_CHANNELS)


def _trace_codes(value: Any) -> list[str]:
    """Drug trace codes of twenty digits, or ranges of them as ``first-last``."""
    found = _listed(value, _TRACE_CODES, _MOST_TRACE_CODES)
    for first, _, last in (code.partition("-") for code in found):
        if last and last < first:
            raise ValueError("range")
    return found


def _tests(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_TESTS:
        raise ValueError("list")
    return [_test(row) for row in value]


def _test(row: Any) -> dict[str, Any]:
    if not isinstance(row, dict) or not {"item", "value", "ok"} <= row.keys() <= _TEST_KEYS:
        raise ValueError("test")
    if not isinstance(row["ok"], bool):
        raise ValueError("ok")
    found: dict[str, Any] = {"item": _text(row["item"]), "value": _reading(row["value"]), "ok": row["ok"]}
    if "unit" in row:
        found["unit"] = _text(row["unit"])
    if "limit" in row:
        found["limit"] = _number(row["limit"])
        found["at_most"] = bool(row.get("at_most", True))
    return found


def _reading(value: Any) -> Any:
    return _text(value) if isinstance(value, str) else _number(value)


FACTS: Final[Mapping[str, Fact]] = {
    fact.key: fact
    for fact in (
        Fact("place", "地点", "Place", _text),
        Fact("lon", "经度", "Longitude", _longitude, "°"),
        Fact("lat", "纬度", "Latitude", _latitude, "°"),
        Fact("altitude", "海拔", "Altitude", _number, "m"),
        Fact("plot", "地块", "Plot", _text),
        Fact("area", "面积", "Area", _number, "m²"),
        Fact("seed", "种源", "Seed source", _text),
        Fact("cultivation", "种植方式", "Cultivation", _text),
        Fact("planted", "播种日期", "Planted", _day),
        Fact("picked", "采摘日期", "Picked", _day),
        Fact("age", "生长年限", "Years grown", _number),
        Fact("work", "农事", "Field work", _text),
        Fact("fertiliser", "施肥", "Fertiliser", _text),
        Fact("pesticide", "用药", "Pesticide", _text),
        Fact("weather", "天气", "Weather", _text),
        Fact("grade", "等级", "Grade", _text),
        Fact("standard", "执行标准", "Standard", _text),
        Fact("report", "报告编号", "Report number", _text),
        Fact("report_sha256", "报告摘要", "Report digest", _sha256),
        Fact("tests", "检验项目", "Tests", _tests),
        Fact("temperature", "温度", "Temperature", _number, "°C"),
        Fact("humidity", "相对湿度", "Humidity", _number, "%"),
        Fact("moisture", "水分", "Moisture", _number, "%"),
        Fact("warehouse", "仓库", "Warehouse", _text),
        Fact("hours", "用时", "Hours", _number, "h"),
        Fact("equipment", "设备", "Equipment", _text),
        Fact("started", "开始日期", "Started", _day),
        Fact("finished", "完成日期", "Finished", _day),
        Fact("auxiliary", "辅料", "Auxiliary", _text),
        Fact("carrier", "承运方式", "Carriage", _text),
        Fact("waybill", "运单号", "Waybill", _text),
        Fact("packaging", "包装", "Packaging", _text),
        Fact("storage", "贮藏", "Storage", _text),
        Fact("units", "单件编号", "Units", _units),
        Fact("units_booked", "账面件数", "Units on the books", _number),
        Fact("units_counted", "盘点件数", "Units counted", _number),
        Fact("channel", "销售区域", "Sales region", _channels),
        Fact("trace_codes", "药品追溯码", "Drug trace codes", _trace_codes),
        Fact("epcis", "EPCIS 事件", "EPCIS event", _sha256),
        Fact("cause", "原因", "Cause", _text),
        Fact("override", "未按先到期先出的理由", "Why not first-expired-first-out", _text),
        Fact("note", "备注", "Note", _text),
    )
}


def read_facts(given: Mapping[str, Any]) -> dict[str, Any]:
    """Check facts that somebody states; raises ``FactsUnreadable`` naming the key.

    Empty values are left out.
    """
    found = {}
    for key, value in given.items():
        fact = FACTS.get(key)
        if fact is None:
            raise FactsUnreadable(key=key[:40], reason="unknown")
        if value in ("", None, []):
            continue
        try:
            found[key] = fact.read(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise FactsUnreadable(key=key, reason=str(error)) from error
    return found


def write_facts(facts: Mapping[str, Any]) -> str:
    """Facts as the JSON text that goes on the chain; raises ``FactsTooLong``."""
    raw = orjson.dumps(facts)
    if len(raw) > LIMIT:
        raise FactsTooLong(limit=LIMIT, given=len(raw))
    return raw.decode()


def parse_facts(text: str) -> dict[str, Any]:
    """Facts out of an event; whatever another writer put there that we would not take is left out."""
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(given, dict):
        return {}
    found = {}
    for key, value in given.items():
        try:
            found.update(read_facts({key: value}))
        except FactsUnreadable:
            continue
    return found
