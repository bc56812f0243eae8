"""Serving until told to stop, and stopping in order: doors first, then what runs, then the chains.

uvicorn itself would end by the signal that stopped it, so that a service manager saw a failure, and a second Ctrl-C
would leave out the application's own end, in which what was acknowledged is put into blocks.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from tcmchain.settings import CustodianSettings, Settings

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class NodeServer(uvicorn.Server):
    """Stops at the first SIGINT or SIGTERM and waits for what runs; the second no longer waits. Both end with 0.

    ``at_stop`` is called once, at the first signal.
    """

    def __init__(self, app: ASGIApp, settings: Settings | CustodianSettings) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                http="httptools",
                server_header=False,
                access_log=False,
                log_config=None,
                timeout_graceful_shutdown=settings.stop_seconds,  # type: ignore[arg-type]
            )
        )
        self.at_stop: list[Callable[[], object]] = []
        self._asked = 0

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals over for as long as the loop runs."""
        if threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for one in _SIGNALS:
                loop.add_signal_handler(one, self.ask_to_stop)
        yield

    def ask_to_stop(self) -> None:
        """Begin to stop; asked again, wait for nobody."""
        self._asked += 1
        if self._asked == 1:
            for call in self.at_stop:
                call()
        else:
            self._hurry()

    async def on_tick(self, counter: int) -> bool:
        """Look whether to stop: only here, as a start that is given up half-way would skip the node's own end."""
        if self._asked:
            self.should_exit = True
        return await super().on_tick(counter)

    def _hurry(self) -> None:
        for task in self.server_state.tasks:
            task.cancel()
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
