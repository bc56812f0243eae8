"""No input whatever makes the node fail: its own description is turned against it."""

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error

from tcmchain.example import cast

pytestmark = pytest.mark.engine

_EXAMPLES = 12
_MOST_OPERATIONS = 200


def _token(node: str, actor: str) -> str:
    signer = cast.officer(actor)
    message = httpx.get(f"{node}/api/session/nonce", params={"address": signer.address}).json()["message"]
    signed = {"message": message, "signature": signer.sign_message(message)}
    return str(httpx.post(f"{node}/api/session", json=signed).json()["token"])


@pytest.mark.timeout(400)
@pytest.mark.parametrize("actor", [None, "hospital"])
def test_ask__anything_the_description_allows__is_never_a_fault(node: str, actor: str | None) -> None:
    schema = schemathesis.openapi.from_url(f"{node}/openapi.json")
    headers = {} if actor is None else {"Authorization": f"Bearer {_token(node, actor)}"}
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.startswith("/api/session") and operation.method == "delete":
            continue
        asked += 1

        @given(case=operation.as_strategy())
        @settings(
            max_examples=_EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: schemathesis.Case) -> None:
            answer = case.call(base_url=node, headers=headers)
            case.validate_response(answer, checks=(not_a_server_error,))

        ask()
    assert 40 <= asked <= _MOST_OPERATIONS
