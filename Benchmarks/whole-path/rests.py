"""What is measured of a worker that has nothing to do: at rest, and with a million messages that are due much later."""
import time

import systems
from messages import QUEUE, Answers
from producers import fill
from redis_server import Snapshot
from workers import PATIENCE, cpu_of, memory_of, running, wait, warm_up

# Where our workers keep what is due later.
PUT_AWAY = "{bench}:tb:bench:eta"


def idle(system, server, scratch, seconds, settle):
    """Leaves a worker of three queues alone."""
    server.clear()
    with running(system, server, scratch, (QUEUE, "login", "fans")) as processes, Answers(server.port, PATIENCE) as answers:
        warm_up(processes, server, answers)
        time.sleep(settle)
        before, cpu = Snapshot.take(server), cpu_of(processes)
        time.sleep(seconds)
        spent, cpu = Snapshot.take(server).since(before), cpu_of(processes) - cpu
        systems.check(processes)
        memory, proportional = memory_of(processes), sum(process.proportional_memory() for process in processes)
    return {
        "seconds": spent.time,
        "commands_per_second": spent.commands.total() / spent.time,
        "commands": {name: round(calls / spent.time, 3) for name, calls in spent.commands.most_common()},
        "worker_cpu_percent": cpu / spent.time * 100,
        "redis_cpu_percent": spent.cpu / spent.time * 100,
        "rss": memory,
        "pss": proportional,
    }


def far_off(system, server, scratch, count, in_seconds=3600):
    """Gives a worker messages that are due in an hour; it has to look at each, and to put it away."""
    server.clear()
    with running(system, server, scratch) as processes, Answers(server.port, PATIENCE) as answers:
        warm_up(processes, server, answers)
        before = memory_of(processes)
        fill(server, scratch, count, eta=time.time() + in_seconds)
        begin = time.perf_counter()
        wait(processes, 0.2, lambda: server.connection("LLEN", QUEUE) == 0, patience=300)
        spent = time.perf_counter() - begin
        # What was needed for putting them away should be given back, not counted at its highest.
        time.sleep(3)
        systems.check(processes)
        if (away := server.connection("ZCARD", PUT_AWAY)) < count:
            raise ValueError(f"{count} tasks were sent for later, but {away} are put away")
        after = memory_of(processes)
    return {"tasks": count, "seconds": spent, "rss_before": before, "rss_after": after, "rss_growth": after - before}
