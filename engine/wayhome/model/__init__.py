"""Nouns: frozen, no I/O, no clock. Read in this order: reason, actor, command, event, moves, case, number."""
