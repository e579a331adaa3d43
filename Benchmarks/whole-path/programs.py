"""Programs that are run to their end."""
import os
import resource
import subprocess
import time


def run(command, directory, environment=None, timeout=600):
    """Runs a program; returns what it printed."""
    begin = time.monotonic()
    result = subprocess.run(
        command, cwd=directory, env={**os.environ, **(environment or {})}, capture_output=True, text=True, timeout=timeout,
    )
    if result.returncode:
        spent = time.monotonic() - begin
        raise ChildProcessError(f"{command[0]} ended with status {result.returncode} after {spent:.1f} s:\n{result.stderr[-1500:]}")
    return result.stdout


def children_cpu():
    """Processor time of the children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
