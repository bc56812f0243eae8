"""The library's pages, with the few things that it does not offer."""

from collections.abc import Callable

from fpdf import FPDF


class Paper(FPDF):
    """Pages of one size in millimetres; ``ended`` is called at the end of each."""

    def __init__(self, size: tuple[float, float], ended: Callable[[], None]) -> None:
        self._ended = ended
        super().__init__(unit="mm", format=size)

    def footer(self) -> None:
        self._ended()

    def raw(self, operators: str) -> None:
        """Operators of the page's content stream (ISO 32000-1, 8.5): a call per module would take minutes."""
        self._out(operators)
