"""What every country keeps."""

from __future__ import annotations

from pathlib import Path

import wayhome_sierra_leone
from wayhome.testing import CountryContract


class TestTheContract(CountryContract):
    folder = Path(wayhome_sierra_leone.__file__).parent
