"""For the tests of country authors: walk a case by the remedies alone, play stories, a contract every country keeps."""

from wayhome.testing.walking import Walk, walk_to_departure

__all__ = ["Walk", "walk_to_departure"]
