"""The examples run on the same two sorts of database as the store."""

from tests.store.conftest import place as place
