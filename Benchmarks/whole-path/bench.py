"""Measures the whole way of a task on a real Redis: ours, a C program's, Celery's and that of other task queues, by turns.

A complete run takes about 40 minutes, --brief about 8. scripts/bench builds and installs what is needed, then runs this.
"""
import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time

import bars
import plan
import report
from children import ChildDied
from redis_server import RedisServer
from resp import RedisError
from systems import ROOT


def main():
    """Runs the measures that were asked for; exit status 1 when one of them failed."""
    options = parse()
    # So that every scope is left, and every child with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    records, failures = [], 0
    try:
        with tempfile.TemporaryDirectory(prefix="taskbroker-bench-") as scratch:
            with RedisServer(scratch, options.aof) as server:
                for step in plan.steps(options, server, scratch):
                    if record := taken(step):
                        records.append(record)
                        # What has been measured is kept, whatever comes.
                        results = save(options, records)
                    else:
                        failures += 1
    except KeyboardInterrupt:
        sys.exit(130)
    if not records:
        sys.exit("bench: nothing was measured")
    show(options, results)
    sys.exit(1 if failures else 0)


def taken(step):
    """Takes a measure; when that fails, says why, so that what others take is not lost."""
    record = {"measure": step.measure, "system": step.system, "run": step.run, "load": os.getloadavg()[0]}
    try:
        record.update(step.take())
    except (ChildDied, OSError, RedisError, ValueError, subprocess.TimeoutExpired) as error:
        print(f"bench: {step.measure} of {step.system} failed: {error}", file=sys.stderr, flush=True)
        return None
    note(record)
    return record


def parse():
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="scripts/bench --quick [COMMIT] is another program: it counts the instructions of a task; see its own --help.",
    )
    parser.add_argument("--brief", action="store_true", help="fewer tasks, one run")
    parser.add_argument("--runs", type=int, help="interleaved runs (default 3; 1 with --brief)")
    parser.add_argument("--only", choices=report.MEASURES, action="append", help="take this measure (may be repeated)")
    parser.add_argument("--systems", help="measure only systems whose name contains one of these words, separated by commas")
    parser.add_argument("--tasks", type=int, help="tasks in our drains (default 50,000; 20,000 with --brief)")
    parser.add_argument("--aof", action="store_true", help="let Redis write an append-only file, synced every second")
    parser.add_argument("--json", action="store_true", help="print the results as JSON instead of tables")
    parser.add_argument("--output", default=os.path.join(ROOT, ".build", "bench.json"), help="where the results are written")
    options = parser.parse_args()
    options.runs = options.runs or (1 if options.brief else 3)
    options.only = options.only or list(report.MEASURES)
    options.tasks = options.tasks or (20_000 if options.brief else 50_000)
    options.singles = 100 if options.brief else 300
    options.absent = absent()
    return options


def absent():
    """The families of the systems that cannot be measured here; says why."""
    families = set()
    for system in (plan.LIGHT, plan.OURS[0], plan.CELERY[0], *plan.PEERS):
        if reason := system.missing():
            if system in (plan.LIGHT, plan.OURS[0]):
                sys.exit(f"bench: {reason}")
            print(f"bench: {system.name} is left out: {reason}", file=sys.stderr)
            families.add(plan.family(system.name))
    return families


def note(record):
    """Says on standard error what has just been measured."""
    columns = report.MEASURES[record["measure"]].columns
    values = ", ".join(f"{column.title} {record[column.field] * column.factor:,.{column.decimals}f}" for column in columns)
    print(f"{record['measure']:11} run {record['run'] + 1} {record['system']:30} {values}", file=sys.stderr, flush=True)


def save(options, records):
    """Writes what has been measured to a file; returns it."""
    results = {
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": machine(),
        "commit": said(["git", "-C", ROOT, "describe", "--always", "--dirty"]),
        "redis": said(["redis-server", "--version"]),
        "aof": options.aof,
        "arguments": sys.argv[1:],
        "records": records,
        "ratios": report.ratios(records),
        "bars": bars.lines(records),
    }
    os.makedirs(os.path.dirname(os.path.abspath(options.output)), exist_ok=True)
    with open(options.output, "w") as file:
        json.dump(results, file, indent=1, ensure_ascii=False)
    return results


def show(options, results):
    """Prints the results."""
    if options.json:
        print(json.dumps(results, ensure_ascii=False))
        return
    print(f"{results['machine']}; {results['redis']}; commit {results['commit']}\n")
    print(report.tables(results["records"]))
    print("\n".join(results["ratios"] + [""] + results["bars"]))
    print(f"\nwritten to {options.output}")


def machine():
    """Processor, number of cores, kernel and load."""
    model = platform.processor()
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{os.cpu_count()} x {model}, Linux {platform.release()}, load {os.getloadavg()[0]:.2f}"


def said(command):
    """The first line that a program prints."""
    return subprocess.run(command, capture_output=True, text=True).stdout.partition("\n")[0]


if __name__ == "__main__":
    main()
