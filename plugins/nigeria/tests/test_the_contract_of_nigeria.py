"""What every country keeps."""

from __future__ import annotations

from pathlib import Path

import wayhome_nigeria
from wayhome.testing import CountryContract


class TestTheContract(CountryContract):
    folder = Path(wayhome_nigeria.__file__).parent
