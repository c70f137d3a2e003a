"""Runs all benchmarks, one after the other, and ends with the worst of their statuses; see figures.py for what these say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from figures import worst_of

HERE = Path(__file__).parent
ALL = (
    "durable_command", "peers", "bulk", "on_postgres", "deciding", "starting", "verifying", "upkeep", "sharing", "many_cases", "many_entries", "long_running",
)  # fmt: skip


def main() -> None:
    sys.exit(worst_of([subprocess.run([sys.executable, HERE / f"{name}.py"], check=False).returncode for name in ALL]))


if __name__ == "__main__":
    main()
