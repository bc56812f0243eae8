"""An event in its normal form: vocabulary as bare words, compact URIs expanded, extensions as ``{namespace}name``."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tcmchain.epcis.model import vocabulary
from tcmchain.epcis.model.contexts import Context

Reader = Callable[[Any, Context], Any]

COMMENT: Final = "{http://www.w3.org/2000/01/rdf-schema#}comment"


def normal_form(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The normal form of an event that the schema took. Names that no prefix explains stay as they are."""
    return _members(event, context, _EVENT)


def _members(given: Mapping[str, Any], context: Context, readers: Mapping[str, Reader | None]) -> dict[str, Any]:
    found = {}
    for name, value in given.items():
        if name in readers:
            reader = readers[name]
            found[name] = value if reader is None else reader(value, context)
        elif name != "@context":
            found[context.name(name) or name] = extension(value, context)
    return found


def extension(value: Any, context: Context) -> Any:
    """What an extension holds: names inside may be bare as well."""
    if isinstance(value, str):
        return context.expand(value)
    if isinstance(value, dict):
        return {context.name(name) or name: extension(inner, context) for name, inner in value.items()}
    if isinstance(value, list):
        return [extension(inner, context) for inner in value]
    return value


def _uri(value: Any, context: Context) -> Any:
    return context.expand(value)


def _uris(value: Any, context: Context) -> Any:
    return [context.expand(one) for one in value] if isinstance(value, list) else context.expand(value)


def _word(name: str) -> Reader:
    spellings = vocabulary.SPELLINGS[name]

    def read(value: Any, context: Context) -> Any:
        word = spellings.get(value)
        if word is not None:
            return word
        expanded = context.expand(value)
        return spellings.get(expanded, expanded)

    return read


def _words(name: str) -> Reader:
    read = _word(name)

    def read_all(value: Any, context: Context) -> Any:
        return [read(one, context) for one in value]

    return read_all


def _object(readers: Mapping[str, Reader | None]) -> Reader:
    def read(value: Any, context: Context) -> Any:
        return _members(value, context, readers)

    return read


def _list_of(readers: Mapping[str, Reader | None]) -> Reader:
    def read(value: Any, context: Context) -> Any:
        return [_members(one, context, readers) for one in value]

    return read


_QUANTITIES: Final = _list_of({"epcClass": _uri, "quantity": None, "uom": None})
_PLACE: Final = _object({"id": _uri})
_METADATA: Final = _object(
    {
        "time": None,
        "startTime": None,
        "endTime": None,
        "deviceID": _uri,
        "deviceMetadata": _uri,
        "rawData": _uri,
        "dataProcessingMethod": _uri,
        "bizRules": _uri,
    }
)
_REPORTS: Final = _list_of(
    {
        "type": _word(vocabulary.MEASUREMENT_TYPE),
        "exception": _word(vocabulary.SENSOR_ALERT),
        "component": _word(vocabulary.COMPONENT),
        **dict.fromkeys(
            (
                "deviceID",
                "deviceMetadata",
                "rawData",
                "dataProcessingMethod",
                "bizRules",
                "microorganism",
                "chemicalSubstance",
                "coordinateReferenceSystem",
                "uriValue",
            ),
            _uri,
        ),
        **dict.fromkeys(
            (
                "time",
                "value",
                "stringValue",
                "booleanValue",
                "hexBinaryValue",
                "minValue",
                "maxValue",
                "meanValue",
                "sDev",
                "percRank",
                "percValue",
                "uom",
            ),
            None,
        ),
    }
)
_EVENT: Final[Mapping[str, Reader | None]] = {
    "type": None,
    "eventID": _uri,
    "eventTime": None,
    "recordTime": None,
    "eventTimeZoneOffset": None,
    "certificationInfo": _uris,
    "errorDeclaration": _object(
        {"declarationTime": None, "reason": _word(vocabulary.ERROR_REASON), "correctiveEventIDs": _uris}
    ),
    "parentID": _uri,
    "epcList": _uris,
    "inputEPCList": _uris,
    "outputEPCList": _uris,
    "childEPCs": _uris,
    "quantityList": _QUANTITIES,
    "childQuantityList": _QUANTITIES,
    "inputQuantityList": _QUANTITIES,
    "outputQuantityList": _QUANTITIES,
    "action": None,
    "transformationID": _uri,
    "bizStep": _word(vocabulary.BIZ_STEP),
    "disposition": _word(vocabulary.DISPOSITION),
    "persistentDisposition": _object({"set": _words(vocabulary.DISPOSITION), "unset": _words(vocabulary.DISPOSITION)}),
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "bizTransactionList": _list_of({"type": _word(vocabulary.BIZ_TRANSACTION_TYPE), "bizTransaction": _uri}),
    "sourceList": _list_of({"type": _word(vocabulary.SOURCE_DEST_TYPE), "source": _uri}),
    "destinationList": _list_of({"type": _word(vocabulary.SOURCE_DEST_TYPE), "destination": _uri}),
    "sensorElementList": _list_of({"sensorMetadata": _METADATA, "sensorReport": _REPORTS}),
    "ilmd": _object({}),
}
"""By member: how its value is read; ``None`` where it stays as it is."""

STANDARD_MEMBERS: Final = frozenset(_EVENT)
"""Members of events that the standard defines."""
