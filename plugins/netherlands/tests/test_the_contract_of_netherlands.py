"""What every country keeps."""

from __future__ import annotations

from pathlib import Path

import wayhome_netherlands
from wayhome.testing import CountryContract


class TestTheContract(CountryContract):
    folder = Path(wayhome_netherlands.__file__).parent
