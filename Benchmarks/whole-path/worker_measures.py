"""What is measured of a worker: draining a full queue, latency at low load, doing nothing, tasks with an ETA."""
import os
import time
import uuid
from contextlib import contextmanager

import messages
import systems
from children import machine_busy_seconds
from messages import QUEUE, Answers
from redis_server import Snapshot

PATIENCE = 60


@contextmanager
def running(system, server, directory, queues=(QUEUE,)):
    """A worker in a scope."""
    workers = system.start(server, directory, queues)
    try:
        yield workers
    finally:
        systems.stop(workers)


def drain(system, server, directory, count):
    """Empties a queue of `count` messages.

    The clock runs from the moment Redis shows the first message taken until `count` results are stored; starting up is left out.
    """
    server.clear()
    messages.preload(server.connection, count)
    with running(system, server, directory) as workers:
        wait(workers, 0.002, lambda: server.connection("LLEN", QUEUE) < count)
        before, cpu, busy, own = Snapshot.take(server), cpu_of(workers), machine_busy_seconds(), time.process_time()
        until_stored(workers, server, count, before.time)
        spent, cpu, busy, own = (
            Snapshot.take(server).since(before), cpu_of(workers) - cpu, machine_busy_seconds() - busy, time.process_time() - own
        )
        # A few other keys expire too: see that the last results are there.
        wait(workers, 0.01, lambda: messages.stored(server.connection) == count)
        peak = sum(worker.memory("VmHWM") for worker in workers)
    return {
        "tasks": count,
        "seconds": spent.time,
        "tasks_per_second": count / spent.time,
        "worker_cpu_us": cpu / count * 1e6,
        "redis_cpu_us": spent.cpu / count * 1e6,
        "redis_commands": spent.commands.total() / count,
        "script_calls": spent.scripts / count,
        "socket_reads": spent.reads / count,
        "network_bytes": spent.network / count,
        "commands": {name: round(calls / count, 3) for name, calls in spent.commands.most_common() if calls / count >= 0.001},
        "peak_rss": peak,
        "others_cpu": max(0, busy - cpu - spent.cpu - own) / spent.time / os.cpu_count(),
    }


def until_stored(workers, server, count, begin):
    """Looks for results the more often, the nearer the last one should be."""
    last, seen = time.perf_counter(), 0
    while (done := server.expiring()) < count:
        systems.check(workers)
        now = time.perf_counter()
        if done > seen:
            last, seen = now, done
        elif now - last > PATIENCE:
            raise TimeoutError(f"no task was finished for {PATIENCE} s; {count - done} are left")
        left = (count - done) * (now - begin) / max(done, 1)
        time.sleep(min(0.1, max(0.002, left / 4)))


def latency(system, server, directory, count, gap=0.02):
    """Sends tasks one at a time to an idle worker; milliseconds from the push to the published result."""
    server.clear()
    with running(system, server, directory) as workers, Answers(server.port, PATIENCE) as answers:
        warm_up(workers, server, answers)
        times = []
        for _ in range(count):
            time.sleep(gap)
            begin = time.perf_counter()
            server.connection("LPUSH", QUEUE, messages.message(str(uuid.uuid4())))
            answers.final()
            times.append((time.perf_counter() - begin) * 1e3)
        systems.check(workers)
    return {"tasks": count, **quantiles(times)}


def idle(system, server, directory, seconds, settle):
    """Leaves a worker of three queues alone."""
    server.clear()
    with running(system, server, directory, (QUEUE, "login", "fans")) as workers, Answers(server.port, PATIENCE) as answers:
        warm_up(workers, server, answers)
        time.sleep(settle)
        before, cpu = Snapshot.take(server), cpu_of(workers)
        time.sleep(seconds)
        spent, cpu = Snapshot.take(server).since(before), cpu_of(workers) - cpu
        systems.check(workers)
        memory = sum(worker.memory("VmRSS") for worker in workers)
    return {
        "seconds": spent.time,
        "commands_per_second": spent.commands.total() / spent.time,
        "commands": {name: round(calls / spent.time, 3) for name, calls in spent.commands.most_common()},
        "worker_cpu_percent": cpu / spent.time * 100,
        "redis_cpu_percent": spent.cpu / spent.time * 100,
        "rss": memory,
    }


def delayed(system, server, directory, count, delay=1.0, gap=0.01):
    """Sends tasks that are due in a second; milliseconds from that moment to the published result."""
    server.clear()
    with running(system, server, directory) as workers, Answers(server.port, PATIENCE) as answers:
        warm_up(workers, server, answers)
        due = {}
        for _ in range(count):
            task_id = str(uuid.uuid4())
            due[task_id] = time.time() + delay
            server.connection("LPUSH", QUEUE, messages.message(task_id, eta=due[task_id]))
            time.sleep(gap)
        late = []
        for _ in range(count):
            # The gaps add up to less than the delay, so that no result has been waiting to be read.
            task_id = answers.final()
            late.append((time.time() - due[task_id]) * 1e3)
        systems.check(workers)
    return {"tasks": count, **quantiles(late)}


def warm_up(workers, server, answers):
    """Runs a task to see that the worker is ready."""
    for _ in workers:
        server.connection("LPUSH", QUEUE, messages.message(str(uuid.uuid4())))
    for _ in workers:
        answers.final()
    systems.check(workers)


def wait(workers, interval, condition):
    """Waits until a condition holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        systems.check(workers)
        if time.monotonic() > end:
            raise TimeoutError(f"nothing happened for {PATIENCE} s; the worker said:\n{workers[0].tail()}")
        time.sleep(interval)


def cpu_of(workers):
    """Processor time of a worker's processes."""
    return sum(worker.cpu_seconds() for worker in workers)


def quantiles(values):
    """Median, 99th percentile and extremes."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return {
        "p50": ordered[round(0.5 * last)], "p99": ordered[round(0.99 * last)], "min": ordered[0], "max": ordered[-1],
    }
