"""Whatever is asked at the doors, of the shape they promise or not, is answered and never breaks the node."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from tests.running import signed_in

from tcmchain.example import cast

pytestmark = pytest.mark.engine
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

_few = settings(
    max_examples=6,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
_LEFT_OUT = {
    ("DELETE", "/api/session"),  # would sign out whoever asks the rest
    ("DELETE", "/epcis/nextPageToken/{token}"),  # answers 501, as the standard has it for what is not offered
}


@pytest.fixture(scope="module")
def schema(node: str) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{node}/openapi.json")


@pytest.fixture(scope="module", params=["nobody", "hospital"])
def headers(request: pytest.FixtureRequest, node: str) -> dict[str, str]:
    if request.param == "nobody":
        return {}
    return {"Authorization": f"Bearer {signed_in(node, cast.officer(request.param))}"}


def _operations(schema: schemathesis.BaseSchema) -> Iterator[schemathesis.APIOperation]:
    for found in schema.get_all_operations():
        operation = found.ok()
        if (operation.method.upper(), operation.path) not in _LEFT_OUT:
            yield operation


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_ask__anything__is_never_a_fault_of_the_node(
    node: str, schema: schemathesis.BaseSchema, headers: dict[str, str], mode: GenerationMode
) -> None:
    faults: dict[str, str] = {}
    for operation in _operations(schema):

        @seed(20)
        @_few
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            answer = case.call(base_url=node, headers=headers)
            case.validate_response(answer, checks=[not_a_server_error], headers=headers)

        try:
            ask()
        except Unsatisfiable:
            continue  # a door that takes nothing cannot be asked wrongly
        except Exception as fault:
            faults[operation.label] = "\n".join([str(fault), *getattr(fault, "__notes__", ())])
    assert faults == {}
