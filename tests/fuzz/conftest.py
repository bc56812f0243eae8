from tests.browser.conftest import home, node

__all__ = ["home", "node"]
