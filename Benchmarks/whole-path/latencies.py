"""What is measured of single tasks: how soon they begin and their results arrive, and how late delayed ones are."""
import json
import time
import uuid

import messages
import programs
import systems
from messages import QUEUE, Answers
from systems import APP, CELERY_PYTHON, HERE, Celery, TaskBroker
from workers import PATIENCE, running, warm_up


def latency(system, server, scratch, count):
    """Sends tasks one at a time with the system's own producer, which waits for each result.

    Milliseconds from the call to the task's first line, and to the result in the producer's hands.
    """
    server.clear()
    with running(system, server, scratch) as processes:
        if isinstance(system, (TaskBroker, Celery)):
            with Answers(server.port, PATIENCE) as answers:
                warm_up(processes, server, answers)
        moments = produced(system, server, scratch, count)
        systems.check(processes)
    return {
        "tasks": count,
        **quantiles("start", [(began - sent) * 1e3 for sent, began, _ in moments]),
        **quantiles("result", [(arrived - sent) * 1e3 for sent, _, arrived in moments]),
    }


def produced(system, server, scratch, count):
    """The moments of sending, beginning and arriving that a producer has seen."""
    match system:
        case TaskBroker():
            said = programs.run([APP, "produce", "latency", server.url, str(count)], scratch)
        case Celery():
            command = [CELERY_PYTHON, f"{HERE}/celery_producer.py", "latency", str(count)]
            said = programs.run(command, scratch, system.environment(server))
        case _:
            return system.produce(server, "latency", count)["moments"]
    return json.loads(said.splitlines()[-1])["moments"]


def delayed(system, server, scratch, count, delay=1.0, gap=0.01):
    """Sends tasks that are due in a second; milliseconds from that moment to their first line."""
    server.clear()
    with running(system, server, scratch) as processes, Answers(server.port, PATIENCE) as answers:
        warm_up(processes, server, answers)
        due = {}
        for _ in range(count):
            task_id = str(uuid.uuid4())
            due[task_id] = time.time() + delay
            server.connection("LPUSH", QUEUE, messages.message(task_id, "begin", eta=due[task_id]))
            time.sleep(gap)
        late = []
        for _ in range(count):
            task_id, began = answers.final()
            late.append((began - due[task_id]) * 1e3)
        systems.check(processes)
    return {"tasks": count, **quantiles("late", late)}


def startup(system, server, scratch):
    """The time from the start of a worker to the result of a task that has waited for it."""
    server.clear()
    server.connection("LPUSH", QUEUE, messages.message(str(uuid.uuid4())))
    with Answers(server.port, PATIENCE) as answers:
        begin = time.perf_counter()
        with running(system, server, scratch):
            answers.final()
            return {"tasks": 1, "startup_ms": (time.perf_counter() - begin) * 1e3}


def quantiles(name, values):
    """Median, 99th percentile and extremes."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return {
        f"{name}_p50": ordered[round(0.5 * last)], f"{name}_p99": ordered[round(0.99 * last)],
        f"{name}_min": ordered[0], f"{name}_max": ordered[-1],
    }
