"""What every country keeps."""

from __future__ import annotations

from pathlib import Path

import wayhome_belgium
from wayhome.testing import CountryContract


class TestTheContract(CountryContract):
    folder = Path(wayhome_belgium.__file__).parent
