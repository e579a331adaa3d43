"""Runs the table on a fleet, and prints what became of each case: an object by the names of the cases.

    python -m canvas PLACEMENT FOLDER [NAME …]
    python -m canvas sent FOLDER

FOLDER is where the tasks leave their traces. The cases run side by side: first all of them are sent, then each is waited
for, and only then it is looked at what they have left. In the second form another program has sent them; an object with the
tuples of their results, by name, comes through the standard input.
"""

import json
import os
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celery import Signature, states
from celery.exceptions import TimeoutError as CeleryTimeout
from celery.result import GroupResult, ResultBase, result_from_tuple

from . import cases, tasks
from .observation import Observation, exception
from .placement import queues, workers
from .table import CASES, Builder, Case

JSON = Any

# Seconds for the whole table, on a machine that others use as well.
PATIENCE = 60
# Seconds without any news after which what is sent beside the results (the rest of a broken chain) has come to its end.
CALM = 0.5


@dataclass
class Run:
    """A case that has been sent."""

    case: Case
    log: Path
    result: ResultBase | None = None
    problem: JSON = None

    @classmethod
    def send(cls, case: Case, placement: str, folder: Path) -> "Run":
        run = cls(case, log_of(case, folder))
        try:
            made = case.make(Builder(str(run.log), queues(placement), workers(placement)))
            run.result = made.apply_async() if isinstance(made, Signature) else made
        except Exception as error:
            run.problem = {**exception(error), "where": traceback.format_exc()}
        return run

    @classmethod
    def follow(cls, case: Case, folder: Path, sent: JSON) -> "Run":
        return cls(case, log_of(case, folder), result_from_tuple(sent, app=tasks.app))

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def is_done(self) -> bool:
        if self.result is None:
            return True
        return (not self.case.ends or has_ended(self.result)) and len(self.lines()) >= self.case.records

    def observe(self, announced: dict[str, list[str]]) -> JSON:
        if self.result is None:
            return {"problem": self.problem}
        observation = Observation(self.result, announced)
        records = [observation.record(json.loads(line)) for line in self.lines()]
        if not self.case.ordered:
            records.sort(key=lambda record: json.dumps(record, sort_keys=True))
        return {
            "done": self.is_done(),
            "abandons": self.case.abandons,
            "got": observation.normal(got(self.result)) if self.case.ends else None,
            "tree": observation.tree(),
            "records": records,
        }


def log_of(case: Case, folder: Path) -> Path:
    return folder / f"{case.name}.jsonl"


class Announcements:
    """The states that are announced to whoever waits for a result."""

    def __init__(self) -> None:
        self.states: dict[str, list[str]] = {}
        self._subscription = tasks.app.backend.client.pubsub()
        self._prefix = tasks.app.backend.task_keyprefix.decode()
        self._subscription.psubscribe(f"{self._prefix}*")

    def read(self) -> bool:
        """Reads what has arrived, and says whether that was anything; the same state twice in a row is nothing new."""
        has_news = False
        while (message := self._subscription.get_message()) is not None:
            if message["type"] != "pmessage":
                continue
            has_news = True
            states = self.states.setdefault(message["channel"].decode().removeprefix(self._prefix), [])
            state = json.loads(message["data"])["status"]
            if states[-1:] != [state]:
                states.append(state)
        return has_news


def has_ended(result: ResultBase) -> bool:
    """Whether waiting for the result is over: it is there, or something before it has failed."""
    if isinstance(result, GroupResult):
        is_ready = all(map(has_ended, result.results))
    else:
        is_ready = result.ready()
    return is_ready or (result.parent is not None and has_broken(result.parent))


def has_broken(result: ResultBase) -> bool:
    """Whether nothing can come after the result."""
    if isinstance(result, GroupResult):
        return all(member.ready() for member in result.results) and any(map(has_broken, result.results))
    return result.state in states.PROPAGATE_STATES or (result.parent is not None and has_broken(result.parent))


def got(result: ResultBase) -> JSON:
    """What a program gets that asks for the result."""
    try:
        return {"value": result.get(timeout=1)}
    except CeleryTimeout:
        return {"raised": "TimeoutError"}
    except Exception as error:
        return {"raised": exception(error)}


def main(placement: str, folder: Path, names: list[str]) -> None:
    tasks.app.set_default()
    announcements = Announcements()
    if placement == "sent":
        sent = json.load(sys.stdin)
        runs = [Run.follow(case, folder, sent[case.name]) for case in CASES if case.name in sent]
    else:
        runs = [Run.send(case, placement, folder) for case in CASES if not names or case.name in names]
    deadline = time.monotonic() + PATIENCE
    waiting = runs
    while waiting and time.monotonic() < deadline:
        time.sleep(0.1)
        announcements.read()
        waiting = [run for run in waiting if not run.is_done()]
    calm_since = time.monotonic()
    while time.monotonic() < min(calm_since + CALM, deadline):
        time.sleep(0.1)
        if announcements.read():
            calm_since = time.monotonic()
    json.dump({run.case.name: run.observe(announcements.states) for run in runs}, sys.stdout)
    # Results take leave of Redis when they are collected, and at the end of the interpreter that is too late.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    # Importing the cases has filled the table.
    assert cases.__all__
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
