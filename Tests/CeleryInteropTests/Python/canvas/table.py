"""The table: named cases, and what a case is made with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from celery import Signature, group
from celery.result import ResultBase

from . import tasks

JSON = Any

# Seconds until a task is due that is revoked before: every worker has to hear of it by then, on a machine where much else runs.
UNHURRIED = 10


class Builder:
    """Makes the signatures of one run of a case, each for the next queue of the placement."""

    def __init__(self, log: str, queues: Iterator[str], workers: int) -> None:
        self.log = log
        self.app = tasks.app
        self._queues = queues
        self._workers = workers

    def task(self, name: str, *args: JSON, **kwargs: JSON) -> Signature:
        """Any task of the canvases."""
        return tasks.app.tasks[f"canvas.{name}"].s(*args, **kwargs).set(queue=self.queue())

    def queue(self) -> str:
        return next(self._queues)

    # The tasks that most cases use, by names that read well

    def add(self, *args: JSON) -> Signature:
        return self.task("add", *args)

    def mul(self, *args: JSON) -> Signature:
        return self.task("mul", *args)

    def total(self, *args: JSON, **kwargs: JSON) -> Signature:
        return self.task("total", *args, **kwargs)

    def fail(self, message: str = "broken") -> Signature:
        return self.task("fail", message=message)

    def collect(self, *args: JSON, **kwargs: JSON) -> Signature:
        return self.task("collect", *args, **kwargs)

    def record(self, tag: str, *args: JSON) -> Signature:
        return self.task("record", *args, log=self.log, tag=tag)

    def trace(self, tag: str, *args: JSON) -> Signature:
        return self.task("trace", *args, log=self.log, tag=tag)

    def errback(self, tag: str) -> Signature:
        return self.task("errback", log=self.log, tag=tag)

    def errback_inline(self, tag: str) -> Signature:
        return self.task("errback_inline", log=self.log, tag=tag)

    def retry(self, *args: JSON, times: int) -> Signature:
        return self.task("retry", *args, times=times)

    def map(self, name: str, items: list[JSON]) -> Signature:
        return tasks.app.tasks[f"canvas.{name}"].map(items).set(queue=self.queue())

    def starmap(self, name: str, items: list[JSON]) -> Signature:
        return tasks.app.tasks[f"canvas.{name}"].starmap(items).set(queue=self.queue())

    def chunks(self, name: str, items: list[JSON], size: int) -> Signature:
        """A group of starmaps."""
        parts = tasks.app.tasks[f"canvas.{name}"].chunks(items, size).group()
        return group(part.set(queue=self.queue()) for part in parts.tasks)

    def replace(self, sig: Signature, *args: JSON) -> Signature:
        return self.task("replace", *args, sig=sig)

    def send(self, value: JSON, *sigs: Signature) -> Signature:
        return self.task("send", value, sigs=list(sigs))

    def revoke(self, task_id: str) -> None:
        """Revokes a task, and waits until every worker has said that it knows: the table is about what comes of that."""
        replies = self.app.control.revoke(task_id, reply=True, timeout=UNHURRIED, limit=self._workers)
        if len(replies) != self._workers:
            raise RuntimeError(f"of {self._workers} workers {len(replies)} know of a revocation: {replies}")


def immutable(sig: Signature) -> Signature:
    """A task that does not want the result of the one before it."""
    return sig.set(immutable=True)


@dataclass(frozen=True)
class Case:
    """A canvas, and how to know that all of it has been done."""

    name: str
    # Makes the canvas, or sends one and returns its result.
    make: Callable[[Builder], Signature | ResultBase]
    # How many lines the tasks write into the file of the case.
    records: int
    # Whether the order of the lines is defined.
    ordered: bool
    # Whether the result is one that comes.
    ends: bool
    # Whether Celery leaves results pending that cannot come any more; ours fail them, so that nobody waits for them.
    abandons: bool


CASES: list[Case] = []


def case(
    *, records: int = 0, ordered: bool = False, ends: bool = True, abandons: bool = False
) -> Callable[[Callable[[Builder], Signature | ResultBase]], Callable[[Builder], Signature | ResultBase]]:
    """Puts a function into the table, under its own name."""

    def register(make: Callable[[Builder], Signature | ResultBase]) -> Callable[[Builder], Signature | ResultBase]:
        CASES.append(Case(make.__name__.replace("_", " "), make, records, ordered, ends, abandons))
        return make

    return register
