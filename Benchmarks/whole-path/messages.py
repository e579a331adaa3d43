"""Task messages as `add.delay(2, 2)` of Celery 5.7.0 writes them, and how a worker's answers are awaited."""
import base64
import json
import uuid
from datetime import datetime, timezone

from resp import Connection

QUEUE = "bench"
RESULTS = "celery-task-meta-"


def message(task_id, eta=None):
    """One element of the queue's list; `eta` is a Unix time."""
    body = [[2, 2], {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}]
    return json.dumps({
        "body": base64.b64encode(json.dumps(body).encode()).decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {
            "lang": "py", "task": "tasks.add", "id": task_id, "shadow": None,
            "eta": eta and datetime.fromtimestamp(eta, timezone.utc).isoformat(), "expires": None, "group": None,
            "group_index": None, "retries": 0, "timelimit": [None, None], "root_id": task_id, "parent_id": None,
            "argsrepr": "(2, 2)", "kwargsrepr": "{}", "origin": "gen4720@vm", "ignore_result": False,
            "replaced_task_nesting": 0, "stamped_headers": None, "stamps": {},
        },
        "properties": {
            "correlation_id": task_id, "reply_to": "48727a7b-6607-3db6-97d7-a0e73577b644", "delivery_mode": 2,
            "delivery_info": {"exchange": "", "routing_key": QUEUE}, "priority": 0, "body_encoding": "base64",
            "delivery_tag": str(uuid.uuid4()),
        },
    }).encode()


def preload(connection, count, batch=500):
    """Puts messages into the queue."""
    for start in range(0, count, batch):
        connection("LPUSH", QUEUE, *(message(str(uuid.uuid4())) for _ in range(min(batch, count - start))))


def stored(connection):
    """The number of stored results, counted key by key."""
    cursor, count = b"0", 0
    while True:
        cursor, keys = connection("SCAN", cursor, "MATCH", RESULTS + "*", "COUNT", 5000)
        count += len(keys)
        if cursor == b"0":
            return count


class Answers:
    """A subscription to every result that is published."""

    def __init__(self, port, timeout):
        self.connection = Connection(port, timeout=timeout)
        self.connection("PSUBSCRIBE", RESULTS + "*")

    def final(self):
        """Waits for the next final state; returns the task's id.

        A state other than success is an error of the benchmark.
        """
        while True:
            try:
                _, _, channel, document = self.connection.read()
            except TimeoutError:
                raise TimeoutError("no result was published in time") from None
            state = json.loads(document)["status"]
            if state == "SUCCESS":
                return channel.decode().removeprefix(RESULTS)
            if state not in ("RECEIVED", "STARTED"):
                raise ValueError(f"a task ended as {document.decode()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
