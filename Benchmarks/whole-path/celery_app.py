"""The application that Celery's worker serves and its producer sends to."""
import os
import time

from celery import Celery

app = Celery("bench", broker=os.environ["BENCH_URL"], backend=os.environ["BENCH_URL"])
app.conf.update(
    broker_connection_retry_on_startup=True,
    task_default_queue="bench",
    worker_hijack_root_logger=False,
)


@app.task(name="tasks.add")
def add(x, y):
    """The sum."""
    return x + y


@app.task(name="tasks.begin")
def begin():
    """The moment at which it is run, in seconds since 1970."""
    return time.time()


@app.task(name="tasks.length")
def length(payload):
    """The length of a text."""
    return len(payload)


@app.task(name="tasks.sleep")
def sleep(seconds):
    """Waits."""
    time.sleep(seconds)
    return seconds
