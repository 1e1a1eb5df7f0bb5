"""Peak memory of a piece of work, in a process of its own."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SHOW = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"


def peak_memory(module, call):
    """Megabytes: `peak_memory("head_scores", "score(16)")`."""
    code = f"import sys; sys.path.insert(0, {str(HERE)!r}); import {module}; {module}.{call}; {SHOW}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(run.stdout.split()[-1])
