import os
import shutil
import subprocess
from pathlib import Path

import pytest

CONTRACTS = Path(__file__).parents[2] / "contracts"
FORGE = CONTRACTS / "node_modules" / "@foundry-rs" / "forge-linux-amd64" / "bin"


def test_export__after_a_fresh_build__is_what_the_package_holds() -> None:
    if not FORGE.exists():
        assert os.environ.get("CI") != "true", "forge is not installed"
        pytest.skip("forge is not installed: make install-test")
    npm = shutil.which("npm")
    assert npm is not None
    environment = {**os.environ, "PATH": f"{FORGE}:{os.environ['PATH']}"}

    done = subprocess.run(
        [npm, "run", "--silent", "check-export"], cwd=CONTRACTS, env=environment, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr
