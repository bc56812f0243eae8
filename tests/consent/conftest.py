from tests.patients.conftest import world

__all__ = ["world"]
