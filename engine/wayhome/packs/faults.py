"""What is wrong with a value of a pack as it is written."""

from __future__ import annotations

from typing import Any

from wayhome.errors import Template, filled, part


class InvalidValue(ValueError):
    """A value that cannot be taken: what is wrong with it, how to mend it, and the code of its fault."""

    def __init__(
        self, what: Template, fix: Template = "Change the value.", /, *, code: str = "P005", **values: Any
    ) -> None:
        self.phrase, self.fix, self.code = part(what, **values), part(fix, **values), code
        super().__init__(filled(**self.phrase))
