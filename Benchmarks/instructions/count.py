"""Counts the instructions that a worker spends on a task: `count.py RUNS NAME=TASKCTL …`.

A worker in a burst drains a short and a longer queue under callgrind; the difference is that of the tasks, starting up left out.
Programs take turns. Prints instructions per task by part, the median of the runs, and says how far the runs lie apart.
Exit status 1 when the last program needs over 10 % more than the first.
"""
import os
import subprocess
import sys
import tempfile
from statistics import median

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "whole-path"))

import callgrind  # noqa: E402
import messages  # noqa: E402
from redis_server import RedisServer  # noqa: E402

SHORT, LONG = 500, 3000
LIMIT = 1.10


def main():
    """Measures, prints and judges."""
    runs, programs = int(sys.argv[1]), dict(word.split("=", 1) for word in sys.argv[2:])
    taken = {name: [] for name in programs}
    with tempfile.TemporaryDirectory(prefix="taskbroker-instructions-") as scratch:
        shim = os.path.join(scratch, "sigsuspend.so")
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", shim, os.path.join(HERE, "sigsuspend.c")], check=True)
        for run in range(runs):
            for name, program in programs.items():
                parts = per_task(program, shim, scratch)
                taken[name].append(parts)
                print(f"run {run + 1}, {name}: {parts.total():,.0f} instructions per task", file=sys.stderr, flush=True)
    print(table(taken))
    totals = {name: [parts.total() for parts in runs] for name, runs in taken.items()}
    for name, values in totals.items():
        print(f"{name}: {len(values)} runs lie {(max(values) - min(values)) / median(values):.1%} apart")
    first, last = (median(totals[name]) for name in (next(iter(totals)), next(reversed(totals))))
    print(f"instructions per task: {last / first - 1:+.1%} (the limit is {LIMIT - 1:+.0%})")
    sys.exit(1 if last > first * LIMIT else 0)


def per_task(program, shim, scratch):
    """Instructions per task by part."""
    short, long = (drained(program, shim, scratch, count) for count in (SHORT, LONG))
    long.subtract(short)
    for part in long:
        long[part] /= LONG - SHORT
    return long


def drained(program, shim, scratch, count):
    """Instructions by part of a worker that drains `count` tasks, in a Redis of its own."""
    written = os.path.join(scratch, "callgrind.out")
    with RedisServer(scratch, aof=False) as server:
        messages.preload(server.connection, count)
        command = [
            "valgrind", "--tool=callgrind", "--fair-sched=yes", f"--callgrind-out-file={written}", program, "worker",
            "-b", server.url, "-Q", messages.QUEUE, "-c", "64", "--hosts", "0", "--burst", "-l", "WARNING",
        ]
        result = subprocess.run(command, env={**os.environ, "LD_PRELOAD": shim}, capture_output=True, text=True, timeout=300)
        left, stored = server.connection("LLEN", messages.QUEUE), server.expiring()
    if result.returncode or left or stored < count:
        sys.exit(f"count: {stored} of {count} tasks were done, status {result.returncode}:\n{result.stderr[-2000:]}")
    return callgrind.by_part(written)


def table(taken):
    """Parts in the order of their cost, a column for each program."""
    medians = {
        name: {part: median(parts[part] for parts in runs) for part in {part for parts in runs for part in parts}}
        for name, runs in taken.items()
    }
    last = medians[next(reversed(medians))]
    lines = ["| instructions per task | " + " | ".join(medians) + " |", "| --- |" + " ---: |" * len(medians)]
    for part in sorted(last, key=last.get, reverse=True):
        lines.append(f"| {part} | " + " | ".join(f"{parts.get(part, 0):,.0f}" for parts in medians.values()) + " |")
    sums = [median(parts.total() for parts in runs) for runs in taken.values()]
    lines.append("| **all** | " + " | ".join(f"**{total:,.0f}**" for total in sums) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
