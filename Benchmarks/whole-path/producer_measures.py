"""What is measured of a producer: sending tasks one after the other, and in bulk."""
import json
import os
import resource
import subprocess
import time

from messages import QUEUE
from redis_server import Snapshot
from systems import CELERY, CELERY_PYTHON, HERE, TASKCTL

PRODUCER = os.path.join(os.path.dirname(HERE), ".build", "release", "Producer")
CELERY_ENVIRONMENT = CELERY[0].environment


def celery_delay(server, directory, count):
    """`delay` in a loop; Celery has no call for many tasks that is faster."""
    command = [CELERY_PYTHON, os.path.join(HERE, "celery_producer.py"), str(count)]
    return timed_by_itself(server, directory, command, count, CELERY_ENVIRONMENT(server))


def awaited(server, directory, count):
    """`try await add.delay(2, 2)` in a loop."""
    return timed_by_itself(server, directory, [PRODUCER, "awaited", server.url, str(count)], count)


def bulk(server, directory, count):
    """`add.apply(contentsOf:)` with 500 calls at a time."""
    return timed_by_itself(server, directory, [PRODUCER, "bulk", server.url, str(count)], count)


def send_from_file(server, directory, count):
    """`taskctl send --from FILE`, its start included."""
    server.clear()
    lines = os.path.join(directory, "tasks.ndjson")
    with open(lines, "w") as file:
        file.write((json.dumps({"task": "tasks.add", "args": [2, 2], "queue": QUEUE}) + "\n") * count)
    before, cpu = Snapshot.take(server), children_cpu()
    run([TASKCTL, "send", "-b", server.url, "--from", lines], directory)
    spent, cpu = Snapshot.take(server).since(before), children_cpu() - cpu
    return figures(server, count, spent, spent.time, cpu)


PRODUCERS = {
    "celery delay": celery_delay,
    "delay, awaited": awaited,
    "apply(contentsOf:)": bulk,
    "taskctl send --from": send_from_file,
}


def timed_by_itself(server, directory, command, count, environment=None):
    """Runs a producer that prints the seconds its loop took, connecting left out."""
    server.clear()
    before = Snapshot.take(server)
    answer = json.loads(run(command, directory, environment).splitlines()[-1])
    return figures(server, count, Snapshot.take(server).since(before), answer["seconds"], answer["cpu"])


def figures(server, count, spent, seconds, cpu):
    """The figures of one run, if all tasks arrived; a producer may send one more to warm up."""
    waiting = server.connection("LLEN", QUEUE)
    if waiting not in (count, count + 1):
        raise ValueError(f"{count} tasks were sent, but {waiting} wait in the queue")
    return {
        "tasks": count,
        "tasks_per_second": count / seconds,
        "producer_cpu_us": cpu / count * 1e6,
        "redis_cpu_us": spent.cpu / count * 1e6,
        "redis_commands": spent.commands.total() / count,
        "network_bytes": spent.network / count,
    }


def run(command, directory, environment=None):
    """Runs a program to its end; returns what it printed."""
    begin = time.monotonic()
    result = subprocess.run(
        command, cwd=directory, env={**os.environ, **(environment or {})}, capture_output=True, text=True, timeout=600,
    )
    if result.returncode:
        raise ChildProcessError(
            f"{command[0]} ended with status {result.returncode} after {time.monotonic() - begin:.1f} s:\n{result.stderr[-1500:]}"
        )
    return result.stdout


def children_cpu():
    """Processor time of the children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
