"""No acknowledged transaction is ever lost, whatever dies and whenever."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[2]
_DRIVERS = 2
_KILLS = 110


async def _drive(home: Path, seed: int) -> dict[str, Any]:
    driver = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.chain.kill_driver", str(home), str(_KILLS), str(seed)),
        cwd=_ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, errors = await driver.communicate()
    assert driver.returncode == 0, errors.decode()[-3000:]
    found: dict[str, Any] = json.loads(told)
    return found


@pytest.mark.engine
@pytest.mark.timeout(600)
async def test_kill__hundreds_of_times_at_random_moments__loses_no_acknowledged_transaction(tmp_path: Path) -> None:
    told = await asyncio.gather(*(_drive(tmp_path / str(seed), seed) for seed in range(1, _DRIVERS + 1)))
    assert sum(one["kills"] for one in told) >= _DRIVERS * _KILLS >= 200
    for one in told:
        assert one["verified"] > one["lives"] / 2
        assert one["promises"] > 500
        assert one["height"] > 0
