import shutil
import subprocess
from pathlib import Path

CONTRACTS = Path(__file__).parents[2] / "contracts"
FORGE = CONTRACTS / "node_modules" / "@foundry-rs" / "forge-linux-amd64" / "bin" / "forge"


def test_export__after_a_fresh_build__is_what_the_package_holds() -> None:
    npm = shutil.which("npm")
    assert npm is not None, "npm is not installed"
    assert FORGE.exists(), "forge is not installed: make install-test"

    done = subprocess.run(
        [npm, "run", "--silent", "check-export"], cwd=CONTRACTS, capture_output=True, text=True, timeout=300
    )

    assert done.returncode == 0, done.stdout + done.stderr
