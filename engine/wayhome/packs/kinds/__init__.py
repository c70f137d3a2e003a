"""The kinds of pack entries, one class for each; `wayhome.packs.files` finds them."""
