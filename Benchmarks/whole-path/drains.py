"""What is measured of a worker that empties a queue."""
import os
import time

import systems
from children import machine_busy_seconds
from producers import fill
from redis_server import Snapshot
from workers import PATIENCE, cpu_of, memory_of, running, wait


def drain(system, server, scratch, count, load="add", stores_results=True):
    """Empties a queue of `count` messages.

    The clock runs from the moment Redis shows the first message taken until all tasks are finished; starting up is left out.
    """
    server.clear()
    system.preload(server, scratch, count, load, stores_results)
    with running(system, server, scratch, stores_results=stores_results) as processes:
        wait(processes, 0.002, lambda: system.waiting(server) < count)
        span = Span(server, processes)
        until_done(processes, count, span.before.time, lambda: system.done(server, count, stores_results))
        return span.figures(count)


def backlog(system, server, scratch, waiting, count):
    """Takes `count` tasks from a queue in which more wait: how deep it is should not matter."""
    server.clear()
    fill(server, scratch, waiting)
    count = min(waiting, count)
    with running(system, server, scratch) as processes:
        wait(processes, 0.002, lambda: system.waiting(server) < waiting)
        span = Span(server, processes)
        until_done(processes, count, span.before.time, lambda: system.done(server, count))
        return span.figures(system.done(server, count))


def soak(system, server, scratch, count, early):
    """Empties a very long queue, and compares the memory near its beginning with that at its end."""
    server.clear()
    fill(server, scratch, count)
    with running(system, server, scratch) as processes:
        wait(processes, 0.05, lambda: system.done(server, count) >= early)
        first, begin = memory_of(processes), time.perf_counter()
        until_done(processes, count, begin, lambda: system.done(server, count))
        return {"tasks": count, "rss_early": first, "rss_late": memory_of(processes), "rss_growth": memory_of(processes) - first}


class Span:
    """A span of time in which a worker works; it begins when it is made."""

    def __init__(self, server, processes):
        self.server, self.processes = server, processes
        self.before, self.cpu = Snapshot.take(server), cpu_of(processes)
        self.busy, self.own = machine_busy_seconds(), time.process_time()

    def figures(self, count):
        """What `count` tasks have cost until now."""
        spent, cpu = Snapshot.take(self.server).since(self.before), cpu_of(self.processes) - self.cpu
        busy, own = machine_busy_seconds() - self.busy, time.process_time() - self.own
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
            "peak_rss": memory_of(self.processes, "VmHWM"),
            "others_cpu": max(0, busy - cpu - spent.cpu - own) / spent.time / os.cpu_count(),
        }


def until_done(processes, count, begin, done):
    """Looks for finished tasks the more often, the nearer the last one should be."""
    last, seen = time.perf_counter(), 0
    while (finished := done()) < count:
        systems.check(processes)
        now = time.perf_counter()
        if finished > seen:
            last, seen = now, finished
        elif now - last > PATIENCE:
            raise TimeoutError(f"no task was finished for {PATIENCE} s; {count - finished} are left:\n{processes[0].tail()}")
        left = (count - finished) * (now - begin) / max(finished, 1)
        time.sleep(min(0.1, max(0.002, left / 4)))
