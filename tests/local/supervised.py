"""Run as a script: the supervisor of `ims dev`, with the stand-in for the command behind it."""

import os
import sys
from pathlib import Path

from app.core.config import Settings
from app.local import supervisor

if __name__ == "__main__":
    # What stands in has nothing of the application whose coverage could be measured.
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
    command = (sys.executable, str(Path(__file__).with_name("stand_in.py")))
    sys.exit(supervisor.run(Settings(), command=command))
