"""The Celery twin of Tests/FaultWorker: the same tasks, the same effect file, for figures from the same faults."""

import os
import time

from celery import Celery

app = Celery("faults", broker=os.environ["FAULT_BROKER"], backend=os.environ["FAULT_BROKER"])
app.conf.update(
    broker_connection_retry_on_startup=True,
    # Stock settings would bring nothing back within an hour, which no run of the suite waits for.
    broker_transport_options={"visibility_timeout": int(os.environ["FAULT_VISIBILITY"])},
    task_acks_late=bool(os.environ.get("FAULT_ACKS_LATE")),
    task_reject_on_worker_lost=bool(os.environ.get("FAULT_ACKS_LATE")),
)


def write(kind, name):
    """Adds a line with one write(2)."""
    line = f"{time.time_ns() // 1000} {kind} {name} {os.getpid()} {os.getppid()}\n"
    descriptor = os.open(os.environ["FAULT_EFFECTS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


@app.task(name="fault.effect")
def effect(name, seconds):
    write("start", name)
    time.sleep(seconds)
    write("done", name)
    return name
