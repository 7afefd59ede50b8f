"""So that `python -m ml_core.cli` is the command too."""

import sys

from ml_core.cli import main

sys.exit(main())
