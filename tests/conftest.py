"""How the laws of the tests are tried: no example is too slow, since no test asserts a time."""

from hypothesis import settings

settings.register_profile("polyspec", deadline=None)
settings.load_profile("polyspec")
