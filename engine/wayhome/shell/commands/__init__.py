"""The commands: each parses, makes one call to the engine, and shows the answer."""
