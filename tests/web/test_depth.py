"""Nothing that somebody sends can nest so deeply that the whole process dies of it."""

import subprocess
import sys

_PROGRAM = """
import json, sys
import tcmchain.node, tcmchain.sdk
try:
    json.loads(b"[" * 1_000_000)
except RecursionError:
    print("refused", sys.getrecursionlimit())
"""


def test_import__everything_of_the_package__leaves_the_limit_of_nesting_alone() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False, timeout=200)
    assert (done.returncode, done.stdout) == (0, f"refused {_untouched()}\n"), done.stderr[-500:]


def _untouched() -> int:
    program = "import sys; print(sys.getrecursionlimit())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return int(done.stdout)
