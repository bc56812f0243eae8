from tests.browser.conftest import began, home, node

__all__ = ["began", "home", "node"]
