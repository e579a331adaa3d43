"""Task messages as `delay` of Celery 5.7.0 writes them, and how a worker's answers are awaited."""
import base64
import json
import uuid
from datetime import datetime, timezone
from functools import cache

from resp import Connection

QUEUE = "bench"
RESULTS = "celery-task-meta-"


# Task, positional arguments, and what Celery says of the arguments in the headers.
LOADS = {
    "add": ("tasks.add", [2, 2], "(2, 2)"),
    "begin": ("tasks.begin", [], "()"),
    "1 KB": ("tasks.length", ["x" * 1000], "('" + "x" * 1000 + "',)"),
    "100 KB": ("tasks.length", ["x" * 100_000], "('" + "x" * 1021 + "...',)"),
    "1 ms": ("tasks.sleep", [0.001], "(0.001,)"),
}
# The ids of the template, which no other part of a message can be mistaken for.
TASK_ID = "00000000-0000-4000-a000-000000000001"
DELIVERY_TAG = "00000000-0000-4000-a000-000000000002"


def made(load, stores_results, eta=None):
    """One element of the queue's list with the ids above; `eta` is a Unix time."""
    task, arguments, representation = LOADS[load]
    body = [arguments, {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}]
    return json.dumps({
        "body": base64.b64encode(json.dumps(body).encode()).decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {
            "lang": "py", "task": task, "id": TASK_ID, "shadow": None,
            "eta": eta and datetime.fromtimestamp(eta, timezone.utc).isoformat(), "expires": None, "group": None,
            "group_index": None, "retries": 0, "timelimit": [None, None], "root_id": TASK_ID, "parent_id": None,
            "argsrepr": representation, "kwargsrepr": "{}", "origin": "gen4720@vm", "ignore_result": not stores_results,
            "replaced_task_nesting": 0, "stamped_headers": None, "stamps": {},
        },
        "properties": {
            "correlation_id": TASK_ID, "reply_to": "48727a7b-6607-3db6-97d7-a0e73577b644", "delivery_mode": 2,
            "delivery_info": {"exchange": "", "routing_key": QUEUE}, "priority": 0, "body_encoding": "base64",
            "delivery_tag": DELIVERY_TAG,
        },
    }).encode()


# Most messages differ in nothing but their ids.
template = cache(made)


def message(task_id, load="add", stores_results=True, eta=None):
    """A message with an id of its own."""
    raw = made(load, stores_results, eta) if eta else template(load, stores_results)
    return raw.replace(TASK_ID.encode(), task_id.encode()).replace(DELIVERY_TAG.encode(), str(uuid.uuid4()).encode())


def preload(connection, count, load="add", stores_results=True):
    """Puts messages into the queue."""
    batch = 500 if len(template(load, stores_results)) < 10_000 else 20
    for start in range(0, count, batch):
        size = min(batch, count - start)
        connection("LPUSH", QUEUE, *(message(str(uuid.uuid4()), load, stores_results) for _ in range(size)))


class Answers:
    """A subscription to every result that is published."""

    def __init__(self, port, timeout):
        self.connection = Connection(port, timeout=timeout)
        self.connection("PSUBSCRIBE", RESULTS + "*")

    def final(self):
        """Waits for the next final state; returns the task's id and its result.

        A state other than success is an error of the benchmark.
        """
        while True:
            try:
                _, _, channel, document = self.connection.read()
            except TimeoutError:
                raise TimeoutError("no result was published in time") from None
            answer = json.loads(document)
            state = answer["status"]
            if state == "SUCCESS":
                return channel.decode().removeprefix(RESULTS), answer["result"]
            if state not in ("RECEIVED", "STARTED"):
                raise ValueError(f"a task ended as {document.decode()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
