"""The kinds of pack entries, one class for each."""
