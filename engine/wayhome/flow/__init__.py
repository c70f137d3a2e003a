"""From a command to events, from events to a case: pure, with no file, clock, network, randomness or database."""
