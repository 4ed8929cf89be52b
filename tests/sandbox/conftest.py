from tests.sandbox.fixtures import sandbox

__all__ = ["sandbox"]
