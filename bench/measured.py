"""What every bench shares: the machine, the date, a node to measure, and where results go."""

import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

RESULTS: Final = Path(__file__).parent / "results"
_PATIENCE: Final = 180


def machine() -> str:
    """Processor, how many of them, memory, Python."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    return f"{model}, {os.cpu_count()} processors, {memory} GiB, Python {platform.python_version()}"


def keep(name: str, **figures: Any) -> None:
    """Print figures and write them with machine and date."""
    found = {"measured": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), **figures}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, ensure_ascii=False, indent=2))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of all lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def example_node(home: Path | None = None) -> Iterator[str]:
    """A node with the example story in a process of its own; gives its address."""
    with tempfile.TemporaryDirectory() as fresh:
        folder, port = home or Path(fresh), free_port()
        environment = {**os.environ, "TCMCHAIN_HOME": str(folder), "TCMCHAIN_PORT": str(port)}
        command = [sys.executable, "-m", "tcmchain", "run", "--example"]
        node = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert node.stdout is not None
            deadline = time.monotonic() + _PATIENCE
            for line in node.stdout:
                if "Ctrl+C" in line:
                    break
                if time.monotonic() > deadline:
                    raise TimeoutError("the node did not start")
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").read()
            yield f"http://127.0.0.1:{port}"
        finally:
            node.terminate()
            node.wait(60)
