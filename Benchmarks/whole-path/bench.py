"""Measures the whole way of a task on a real Redis, ours and Celery's in turn. scripts/bench builds, then runs this."""
import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time

import producer_measures
import report
import systems
import worker_measures
from children import ChildDied
from redis_server import RedisServer
from systems import CELERY, OURS, ROOT

MEASURES = ("drain", "enqueue", "latency", "idle", "delayed")


def main():
    """Runs the measures that were asked for; exit status 1 when one of them failed."""
    options = parse()
    if paths := systems.missing():
        sys.exit("bench: missing: " + ", ".join(paths))
    # So that every scope is left, and every child with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    records = []
    try:
        with tempfile.TemporaryDirectory(prefix="taskbroker-bench-") as directory:
            with RedisServer(directory, options.aof) as server:
                for measure, system, run, take in plan(options, server, directory):
                    record = {"measure": measure, "system": system, "run": run, "load": os.getloadavg()[0], **take()}
                    records.append(record)
                    note(record)
    except (ChildDied, ChildProcessError, ConnectionError, TimeoutError, ValueError) as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    finish(options, records)


def parse():
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer tasks, one run")
    parser.add_argument("--runs", type=int, help="interleaved runs (default 3; 1 with --quick)")
    parser.add_argument("--only", choices=MEASURES, action="append", help="take this measure (may be repeated)")
    parser.add_argument("--systems", help="measure only systems whose name contains one of these words, separated by commas")
    parser.add_argument("--tasks", type=int, help="tasks in our drains (default 50,000; 10,000 with --quick)")
    parser.add_argument("--aof", action="store_true", help="let Redis write an append-only file, synced every second")
    parser.add_argument("--json", action="store_true", help="print the results as JSON instead of tables")
    parser.add_argument("--output", default=os.path.join(ROOT, ".build", "bench.json"), help="where the results are written")
    options = parser.parse_args()
    options.runs = options.runs or (1 if options.quick else 3)
    options.only = options.only or list(MEASURES)
    options.tasks = options.tasks or (10_000 if options.quick else 50_000)
    return options


def plan(options, server, directory):
    """Everything to do, in order: within a run the systems take turns, so that all see the same machine."""
    quick = options.quick
    pairs = [system for system in OURS if system.concurrency == 8] + [CELERY[0], CELERY[1]]
    for run in range(options.runs):
        for system in wanted(options, "drain", OURS + CELERY):
            count = options.tasks if system in OURS else max(options.tasks // 10, 2000)
            yield "drain", system.name, run, lambda: worker_measures.drain(system, server, directory, count)
        for name, measure in producer_measures.PRODUCERS.items():
            if wanted(options, "enqueue", [name]):
                count = (1 if quick else 5) * (2_000 if name in ("celery delay", "delay, awaited") else 10_000)
                yield "enqueue", name, run, lambda: measure(server, directory, count)
        for system in wanted(options, "latency", pairs):
            yield "latency", system.name, run, lambda: worker_measures.latency(system, server, directory, 100 if quick else 200)
        for system in wanted(options, "delayed", pairs):
            yield "delayed", system.name, run, lambda: worker_measures.delayed(system, server, directory, 50)
    for system in wanted(options, "idle", pairs):
        seconds, settle = (5, 3) if quick else (20, 8)
        yield "idle", system.name, 0, lambda: worker_measures.idle(system, server, directory, seconds, settle)


def wanted(options, measure, candidates):
    """The systems that a measure is taken of."""
    if measure not in options.only:
        return []
    words = options.systems.split(",") if options.systems else [""]
    return [system for system in candidates if any(word in getattr(system, "name", system) for word in words)]


def note(record):
    """Says on standard error what has just been measured."""
    columns = report.COLUMNS[record["measure"]]
    values = ", ".join(f"{title} {record[field] * factor:,.{decimals}f}" for title, field, factor, decimals in columns)
    print(f"{record['measure']:8} run {record['run'] + 1} {record['system']:22} {values}", file=sys.stderr, flush=True)


def finish(options, records):
    """Writes the results to a file and prints them."""
    results = {
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": machine(),
        "commit": said(["git", "-C", ROOT, "describe", "--always", "--dirty"]),
        "redis": said(["redis-server", "--version"]),
        "aof": options.aof,
        "arguments": sys.argv[1:],
        "records": records,
        "ratios": report.ratios(records),
        "bars": report.bars(records),
    }
    os.makedirs(os.path.dirname(os.path.abspath(options.output)), exist_ok=True)
    with open(options.output, "w") as file:
        json.dump(results, file, indent=1, ensure_ascii=False)
    if options.json:
        print(json.dumps(results, ensure_ascii=False))
        return
    print(f"{results['machine']}; {results['redis']}; commit {results['commit']}\n")
    print(report.tables(records))
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
