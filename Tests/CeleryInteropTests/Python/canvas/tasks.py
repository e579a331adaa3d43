"""The tasks of the canvases: the Python twin of CanvasTasks.swift.

What a task did besides returning a value it writes into the file of its case, a line of JSON each, so that the two
languages leave the same traces.
"""

import json
import os
from typing import Any

from celery import signature
from celery.app.task import Context, Task
from celery.exceptions import Ignore, Reject

from interop_app import app

__all__ = ["app"]

# What one task passes on or records.
JSON = Any


class OwnError(Exception):
    """An exception that only this application knows, with two arguments."""


def write(log: str, **fields: JSON) -> None:
    """Appends a line with one write, so that lines of several processes do not mix."""
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, json.dumps(fields, sort_keys=True).encode() + b"\n")
    finally:
        os.close(descriptor)


# Values


@app.task(name="canvas.add")
def add(x: JSON, y: JSON) -> JSON:
    return x + y


@app.task(name="canvas.mul")
def mul(x: int, y: int) -> int:
    return x * y


@app.task(name="canvas.total")
def total(values: list[JSON], plus: int = 0) -> int:
    """The sum of a list of numbers and of such lists."""
    return plus + sum(total(value) if isinstance(value, list) else value for value in values)


@app.task(name="canvas.numbers")
def numbers(count: int) -> list[int]:
    return list(range(count))


@app.task(name="canvas.collect")
def collect(*args: JSON, **kwargs: JSON) -> JSON:
    """What it was called with."""
    return {"args": list(args), "kwargs": kwargs}


@app.task(name="canvas.keywords")
def keywords(*, a: int, b: int = 0) -> int:
    return a - b


@app.task(name="canvas.ignored", ignore_result=True)
def ignored(value: JSON) -> JSON:
    return value


# Traces


@app.task(name="canvas.record")
def record(*args: JSON, log: str, tag: str) -> JSON:
    """Leaves what it was called with; returns the first argument."""
    write(log, tag=tag, args=list(args))
    return args[0] if args else None


@app.task(name="canvas.trace", bind=True)
def trace(self: Task, *args: JSON, log: str, tag: str) -> JSON:
    """Leaves what it knows about its own call; returns the first argument."""
    request = self.request
    stamps = {name: request.stamps[name] for name in request.stamped_headers or []}
    write(
        log,
        tag=tag,
        args=list(args),
        id=request.id,
        root=request.root_id,
        parent=request.parent_id,
        group=request.group,
        index=request.group_index,
        priority=request.delivery_info["priority"],
        retries=request.retries,
        stamps=stamps,
    )
    return args[0] if args else None


# A keyword argument does not count as one of those by which Celery tells the two kinds of error callbacks apart.
@app.task(name="canvas.errback")
def errback(failed: str, *, log: str, tag: str) -> None:
    """An error callback that is sent as a message, with the id of what failed."""
    write(log, tag=tag, failed=failed)


@app.task(name="canvas.failing_errback")
def failing_errback(failed: str) -> None:
    raise ValueError("in the errback")


@app.task(name="canvas.errback_inline")
def errback_inline(request: Context, error: BaseException, trace_text: str, *, log: str, tag: str) -> None:
    """An error callback that the worker of the failed task calls itself."""
    write(log, tag=tag, failed=request.id, error=type(error).__name__, message=list(map(str, error.args)))


# Ends of other kinds


@app.task(name="canvas.fail")
def fail(*args: JSON, message: str = "broken") -> None:
    raise ValueError(message)


@app.task(name="canvas.fail_own")
def fail_own(*args: JSON) -> None:
    raise OwnError("own", 42)


@app.task(name="canvas.retry", bind=True, default_retry_delay=0.2)
def retry(self: Task, value: JSON, *, times: int, log: str | None = None) -> JSON:
    """Returns the value at the attempt after so many retries."""
    if log:
        write(log, tag="attempt", retries=self.request.retries)
    if self.request.retries < times:
        raise self.retry(exc=ValueError("not yet"), max_retries=3)
    return value


@app.task(name="canvas.ignore")
def ignore(*args: JSON) -> None:
    raise Ignore()


@app.task(name="canvas.reject", acks_late=True)
def reject(*args: JSON) -> None:
    raise Reject("no", requeue=False)


@app.task(name="canvas.reject_once", acks_late=True)
def reject_once(value: JSON, *, log: str) -> JSON:
    """Gives its message back at the first time, as the file shows."""
    first = not os.path.exists(log)
    write(log, tag="attempt")
    if first:
        raise Reject("later", requeue=True)
    return value


# Canvases that a task makes while it runs


@app.task(name="canvas.replace", bind=True)
def replace(self: Task, *args: JSON, sig: dict[str, JSON]) -> JSON:
    """Another signature does the work; it gets what this task got."""
    return self.replace(signature(sig, app=self.app).clone(args))


@app.task(name="canvas.add_to_chord", bind=True)
def add_to_chord(self: Task, value: JSON, *, sig: dict[str, JSON]) -> JSON:
    """Adds a task to the chord that this one is a part of."""
    self.add_to_chord(signature(sig, app=self.app))
    return value


@app.task(name="canvas.send", bind=True)
def send(self: Task, value: JSON, *, sigs: list[dict[str, JSON]]) -> JSON:
    """Sends signatures, which become its children."""
    for sig in sigs:
        signature(sig, app=self.app).apply_async()
    return value
