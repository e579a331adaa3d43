"""The application that Celery's worker serves and its producer sends to."""
import os

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
