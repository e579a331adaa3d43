"""The commands, and what of their answers has to be the same from any worker."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

JSON = Any
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Scene:
    """The worker, and the tasks that it has."""

    node: str
    queue: str
    folder: Path
    # Ids by what the task is.
    tasks: dict[str, str] = field(default_factory=dict)

    def plain(self, text: str) -> str:
        """A text without the names of this run."""
        text = text.replace(self.node, "NODE").replace(self.queue, "QUEUE").replace(str(self.folder), "FOLDER")
        for name, identifier in self.tasks.items():
            text = text.replace(identifier, name.upper())
        return UUID.sub("ID", text)


# What is compared of an output: made of the text without names.
Reading = Callable[[str], JSON]


def text(out: str) -> JSON:
    """Every word."""
    return [line.rstrip() for line in out.splitlines() if line.strip()]


def value(out: str) -> JSON:
    """The JSON that is printed, the same whatever the order of members."""
    return json.loads(out)


def nothing(out: str) -> JSON:
    """Only how it ended."""
    return None


def shape(*paths: str) -> Reading:
    """Of the JSON of the node: that there is something of the same type at each of the paths."""

    def read(out: str) -> JSON:
        node = json.loads(out)["NODE"]
        return {path: _kind(_at(node, path)) for path in paths}

    return read


def members(*names: str) -> Reading:
    """Of the JSON of the node, which is a list of objects: these members of each."""

    def read(out: str) -> JSON:
        return [{name: _at(element, name) for name in names} for element in json.loads(out)["NODE"]]

    return read


def of_canvases(out: str) -> JSON:
    """Of the JSON of the node, which is a list of tasks: those that both programs have."""
    return sorted(name for name in json.loads(out)["NODE"] if name.startswith("canvas."))


def _at(value: JSON, path: str) -> JSON:
    for name in path.split("/"):
        match value:
            case dict():
                value = value.get(name)
            case list() if int(name) < len(value):
                value = value[int(name)]
            case _:
                return None
    return value


def _kind(value: JSON) -> str:
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


@dataclass(frozen=True)
class Case:
    """A command."""

    # Words; `{node}`, `{queue}` and `{…}` for a task are filled in.
    command: str
    reading: Reading = text


# Seconds for an answer. One worker is asked, so that nobody waits longer than it takes.
PATIENCE = 20


def inspect(command: str, reading: Reading = value) -> Case:
    return Case(f"inspect -t {PATIENCE} -j -d {{node}} {command}", reading)


def control(command: str, reading: Reading = value) -> Case:
    return Case(f"control -t {PATIENCE} -j -d {{node}} {command}", reading)


CASES: list[Case] = [
    # Who is there
    Case("status -t 20 -d {node}"),
    Case("status -t 20 -j -d {node}"),
    Case("status -t 0.3 -d nobody@nowhere"),
    Case("inspect -t 20 ping -d {node}"),
    Case("inspect -t 0.3 ping -d nobody@nowhere"),
    Case("inspect -t 4 ping"),
    inspect("ping"),
    # What it is
    inspect("clock", shape("clock")),
    inspect(
        "stats",
        shape(
            "total", "pid", "clock", "uptime", "pool/max-concurrency", "pool/processes", "prefetch_count",
            "broker/hostname", "broker/port", "broker/transport", "broker/virtual_host",
            "rusage/utime", "rusage/stime", "rusage/maxrss",
        ),
    ),
    inspect("conf", shape("broker_url")),
    Case("inspect -t 20 -d {node} report", nothing),
    inspect("registered", of_canvases),
    inspect("active_queues"),
    # What it does
    inspect("active", members("id", "name", "args", "kwargs", "type", "hostname", "delivery_info/routing_key")),
    Case("inspect -t 20 -d {node} active", nothing),
    inspect("reserved", nothing),
    inspect("scheduled", nothing),
    inspect("query_task {running}", shape("RUNNING/0")),
    inspect("query_task 00000000-0000-0000-0000-000000000000"),
    inspect("memsample", nothing),
    inspect("memdump", nothing),
    # Limits
    control("rate_limit canvas.add 10/m"),
    Case("control -t 20 -d {node} rate_limit canvas.add 10/m"),
    inspect("registered rate_limit", of_canvases),
    control("rate_limit canvas.add 0"),
    inspect("registered rate_limit", of_canvases),
    control("rate_limit canvas.nothing 10/m"),
    control("rate_limit canvas.add often"),
    control("time_limit canvas.add 10 20"),
    control("time_limit canvas.nothing 10 20"),
    # Events
    control("enable_events"),
    control("enable_events"),
    control("disable_events"),
    control("disable_events"),
    control("heartbeat"),
    # The pool
    control("pool_grow 2"),
    control("autoscale 4 1"),
    control("pool_restart"),
    # Queues
    control("add_consumer {queue}-extra"),
    control("add_consumer {queue}-extra"),
    inspect("active_queues"),
    Case("call canvas.add -a [2,3] --queue {queue}-extra", nothing),
    control("cancel_consumer {queue}-extra"),
    control("cancel_consumer {queue}-extra"),
    inspect("active_queues"),
    control("add_consumer {queue}-other other topic key.#"),
    inspect("active_queues"),
    control("cancel_consumer {queue}-other"),
    Case("call canvas.add -a [2,3] --queue {queue}-idle"),
    Case("call canvas.add -a [2,3] --queue {queue}-idle --countdown 5"),
    Case("purge -f -Q {queue}-idle"),
    Case("purge -f -Q {queue}-idle"),
    Case("list bindings"),
    # Revoking
    control("revoke {later}"),
    Case("control -t 20 -d {node} revoke {later}"),
    inspect("revoked"),
    Case("result {later}"),
    control("revoke_by_stamped_headers tenant=t1"),
    control("terminate SIGTERM {running}"),
    Case("result {running}"),
    inspect("active"),
    # With a process that has nothing to do
    control("pool_shrink 1"),
    # Results
    Case("result {added}"),
    Case("result {failed}"),
    Case("result --traceback {failed}", lambda out: text(out)[-1:]),
    # Errors of the caller
    Case("inspect -t 20 -d {node} nonsense"),
    Case("control -t 20 -d {node} nonsense"),
    # How the missing arguments are called is the business of the command.
    Case("control -t 20 -d {node} rate_limit", lambda out: text(out)[:1]),
    # Farewell
    Case("control -t 0.3 -d {node} shutdown"),
]
