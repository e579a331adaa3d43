"""What is measured of a producer: sending tasks one after the other, and in bulk."""
import json
import os
import time

import messages
import programs
from messages import QUEUE
from redis_server import Snapshot
from systems import APP, CELERY_PYTHON, HERE, SPEED_OF_LIGHT, Celery


def fill(server, scratch, count, eta=None):
    """Fills the queue with many messages, for which the harness itself is too slow."""
    light("enqueue", server, scratch, count, eta)


def light(mode, server, scratch, count, eta=None):
    """The C program: 500 messages in one command, or one at a time."""
    path = os.path.join(scratch, "message.json")
    with open(path, "wb") as file:
        file.write(messages.message(messages.TASK_ID, eta=eta))
    return json.loads(programs.run([SPEED_OF_LIGHT, mode, str(server.port), str(count), path], scratch))


def light_measure(mode):
    """A measure of the C program."""
    return lambda server, scratch, count: timed(server, count, lambda: light(mode, server, scratch, count))


def ours(mode, *options):
    """A measure of `bench-app produce`: `delay` in a loop, or `apply(contentsOf:)` with 500 calls at a time.

    It runs on the app's executor, or with `--hops` on Swift's own threads. Calls in bulk do: changes of threads are few there, and the
    memory of a large batch is taken and given back by one thread on the executor, which costs a microsecond a task.
    """

    def measure(server, scratch, count):
        command = [APP, "produce", mode, server.url, str(count), *options]
        return timed(server, count, lambda: json.loads(programs.run(command, scratch)))

    return measure


def celery(server, scratch, count):
    """`delay` in a loop; Celery has no call for many tasks that is faster."""
    command = [CELERY_PYTHON, os.path.join(HERE, "celery_producer.py"), "single", str(count)]
    environment = Celery("celery").environment(server)
    return timed(server, count, lambda: json.loads(programs.run(command, scratch, environment).splitlines()[-1]))


def send_from_file(server, scratch, count):
    """`send --from FILE`, its start included."""
    lines = os.path.join(scratch, "tasks.ndjson")
    with open(lines, "w") as file:
        file.write((json.dumps({"task": "tasks.add", "args": [2, 2], "queue": QUEUE}) + "\n") * count)

    def send():
        begin, cpu = time.perf_counter(), programs.children_cpu()
        programs.run([APP, "send", "-b", server.url, "--from", lines], scratch)
        return {"seconds": time.perf_counter() - begin, "cpu": programs.children_cpu() - cpu}

    return timed(server, count, send)


def of_peer(peer, mode):
    """A measure of a peer's own producer."""

    def measure(server, scratch, count):
        return timed(server, count, lambda: peer.produce(server, mode, count), lambda: peer.left(server))

    return measure


def timed(server, count, send, waiting=None):
    """The figures of one run, if all tasks arrived; a producer may have sent one more to warm up."""
    server.clear()
    before = Snapshot.take(server)
    answer = send()
    spent = Snapshot.take(server).since(before)
    arrived = waiting() if waiting else server.connection("LLEN", QUEUE)
    if arrived not in (count, count + 1):
        raise ValueError(f"{count} tasks were sent, but {arrived} wait in the queue")
    return {
        "tasks": count,
        "tasks_per_second": count / answer["seconds"],
        "producer_cpu_us": answer["cpu"] / count * 1e6,
        "redis_cpu_us": spent.cpu / count * 1e6,
        "redis_commands": spent.commands.total() / count,
        "network_bytes": spent.network / count,
    }
