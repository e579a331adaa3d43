"""The Celery application of the interop tests: the Python twin of InteropTasks.swift.

The worker process and the peer both import it. Where Redis is comes from the environment, not from the command line, where
everybody could read the password.
"""

import os
import time

from celery import Celery
from kombu import Exchange, Queue

BROKER = os.environ["INTEROP_BROKER"]
BACKEND = os.environ["INTEROP_BACKEND"]


def make_app(name, **settings):
    app = Celery(name, broker=BROKER, backend=BACKEND, set_as_current=False)
    app.conf.update(
        broker_connection_retry_on_startup=True,
        # The queues of scenario S1 under the short names of taskctl's sample app, and one on a topic exchange.
        task_queues=[
            Queue("celery"),
            Queue("login", Exchange("login", type="direct"), routing_key="for_login"),
            Queue("user", Exchange("user_info", type="direct"), routing_key="for_user_info"),
            Queue("fans", Exchange("fans_followers", type="direct"), routing_key="for_fans_followers"),
            Queue("images", Exchange("media", type="topic"), routing_key="media.image.#"),
        ],
        task_routes={"routed.login": {"queue": "login"}},
        **settings,
    )
    return app


app = make_app("interop")


class NoSuchUser(Exception):
    """An exception that only this application knows."""


@app.task(name="interop.add")
def add(x, y):
    return x + y


@app.task(name="interop.greet")
def greet(name, greeting=None):
    return f"{greeting or 'Hello'}, {name}"


@app.task(name="interop.echo")
def echo(value):
    return value


@app.task(name="interop.repr")
def represent(value):
    """What the value is here: `repr` tells 3 from 3.0 and a datetime from its text."""
    return repr(value)


@app.task(name="interop.nothing")
def nothing():
    return None


@app.task(name="interop.now")
def now():
    return time.time()


@app.task(name="interop.fail")
def fail(kind, message):
    if kind == "builtin":
        raise ValueError(message)
    if kind == "own":
        raise NoSuchUser(message, 42)
    raise OSError(2, message)


@app.task(name="interop.ignored", ignore_result=True)
def ignored(value):
    return value


@app.task(name="interop.headers", bind=True)
def headers(self):
    return {key: value for key, value in (self.request.headers or {}).items() if key.startswith("x-test")}


def wait_for(gate):
    """Blocks until the test opens the gate: the file exists."""
    while not os.path.exists(gate):
        time.sleep(0.01)


# Seconds. A worker of Celery stores RETRY after it has sent the message, and with several slots would overwrite the result of a fast successor.
NOT_AT_ONCE = 2


@app.task(name="interop.retry_once", bind=True)
def retry_once(self, gate):
    if self.request.retries == 0:
        raise self.retry(countdown=0.1, exc=ValueError("not yet"))
    wait_for(gate)
    return {
        "id": self.request.id,
        "retries": self.request.retries,
        "priority": self.request.delivery_info.get("priority"),
        "header": (self.request.headers or {}).get("x-test"),
    }


@app.task(name="interop.retry_elsewhere", bind=True)
def retry_elsewhere(self, queue):
    if self.request.retries == 0:
        raise self.retry(countdown=NOT_AT_ONCE, queue=queue)
    return "python"


@app.task(name="interop.retry_for_ever", bind=True)
def retry_for_ever(self, has_cause):
    cause = ValueError("still not") if has_cause else None
    raise self.retry(countdown=NOT_AT_ONCE, max_retries=2, exc=cause)


@app.task(name="interop.report", bind=True)
def report(self, gate):
    self.update_state(state="PROGRESS", meta={"done": 1, "of": 2})
    wait_for(gate)
    return "reported"


@app.task(name="interop.slow")
def slow(seconds):
    time.sleep(seconds)
    return seconds


@app.task(name="interop.mark")
def mark(path, line):
    """Appends a line with one write, so that lines of several processes do not mix."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{line} python\n".encode())
    finally:
        os.close(descriptor)
    return line
