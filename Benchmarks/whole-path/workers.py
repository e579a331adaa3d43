"""Workers in a scope, and what is read of their processes."""
import time
import uuid
from contextlib import contextmanager

import messages
import systems
from messages import QUEUE

PATIENCE = 60


@contextmanager
def running(system, server, scratch, queues=(QUEUE,), stores_results=True):
    """The processes of a worker."""
    processes = system.start(server, scratch, queues, stores_results)
    try:
        yield processes
    finally:
        systems.stop(processes)


def warm_up(processes, server, answers):
    """Runs a task for each process, to see that they are ready."""
    for _ in processes:
        server.connection("LPUSH", QUEUE, messages.message(str(uuid.uuid4())))
    for _ in processes:
        answers.final()
    systems.check(processes)


def wait(processes, interval, condition, patience=PATIENCE):
    """Waits until a condition holds."""
    end = time.monotonic() + patience
    while not condition():
        systems.check(processes)
        if time.monotonic() > end:
            raise TimeoutError(f"nothing happened for {patience} s; {processes[0].name} said:\n{processes[0].tail()}")
        time.sleep(interval)


def cpu_of(processes):
    """Processor time of a worker's processes."""
    return sum(process.cpu_seconds() for process in processes)


def memory_of(processes, field="VmRSS"):
    """Resident memory of a worker's processes in bytes."""
    return sum(process.memory(field) for process in processes)
