from tests.browser.conftest import node

__all__ = ["node"]
