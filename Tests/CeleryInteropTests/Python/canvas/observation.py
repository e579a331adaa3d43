"""What became of a canvas, as a value without ids and times.

Nor with tracebacks, which are of the language that the task is written in.
"""

import re
from collections.abc import Iterable
from typing import Any

from celery.result import AsyncResult, GroupResult, ResultBase

JSON = Any
IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Observation:
    """The results that can be reached from one, numbered in the order in which they are reached.

    It is reached as a parent, as a member of a group, or as a child: a task that was sent by another while it ran.
    """

    def __init__(self, result: ResultBase, announced: dict[str, list[str]]) -> None:
        # The states that subscribers were told, by id.
        self.announced = announced
        self.numbers: dict[str, int] = {}
        self.nodes: list[dict[str, JSON]] = []
        self.parents: dict[str, str] = {}
        self.members: dict[str, list[str]] = {}
        self.children: dict[str, list[str]] = {}
        self._visit(result)

    # Reaching

    def _visit(self, result: ResultBase) -> None:
        is_new = result.id not in self.numbers
        if is_new:
            self.numbers[result.id] = len(self.nodes)
            self.nodes.append({})
        # A task that is known as a child may be met again as a part of a chain, which says what came before it.
        if result.parent is not None and result.id not in self.parents:
            self.parents[result.id] = result.parent.id
            self._visit(result.parent)
        if isinstance(result, GroupResult):
            if result.id not in self.members:
                self.members[result.id] = [member.id for member in result.results]
                for member in result.results:
                    self._visit(member)
        elif is_new:
            node = self.nodes[self.numbers[result.id]]
            node.update(self._outcome(result))
            if result.id in self.announced:
                node["announced"] = self.announced[result.id]
            children = result.children or []
            self.children[result.id] = [child.id for child in children]
            for child in children:
                self._visit(child)

    @staticmethod
    def _outcome(result: AsyncResult) -> dict[str, JSON]:
        value = result.result
        outcome: dict[str, JSON] = {"state": result.state}
        if isinstance(value, BaseException):
            outcome["error"] = exception(value)
        else:
            outcome["value"] = value
        return outcome

    # What depends on which part of a chord comes last

    def _leaves(self, group: str) -> Iterable[str]:
        for member in self.members.get(group, []):
            if member in self.members:
                yield from self._leaves(member)
            else:
                yield member

    def _header(self, sender: str, sent: str | None) -> str | None:
        """The group of which `sender` happened to be the last part, so that `sent` was sent by it."""
        while sent is not None:
            if sent in self.members and sender in self._leaves(sent):
                return sent
            sent = self.parents.get(sent)
        return None

    def _is_hearsay(self, body: str, child: str) -> bool:
        """Whether a body has failed, and with it is stored what the last part of its header had sent before."""
        header = self.parents.get(body)
        return any(child in self.children.get(part, []) for part in self._leaves(header or ""))

    # Writing

    def name(self, identifier: str | None) -> str | None:
        """A name for an id that is the same in each run."""
        if identifier is None:
            return None
        number = self.numbers.get(identifier)
        return "unknown" if number is None else f"#{number}"

    def sender(self, sent: str, sender: str | None) -> str | None:
        """A name for the task that sent another."""
        header = self._header(sender, sent) if sender else None
        return f"a part of {self.name(header)}" if header else self.name(sender)

    def normal(self, value: JSON) -> JSON:
        """A value without the ids in it."""
        match value:
            case str():
                return IDENTIFIER.sub(lambda found: self.name(found.group()) or "", value)
            case list() | tuple():
                return [self.normal(member) for member in value]
            case dict():
                return {key: self.normal(member) for key, member in value.items()}
            case _:
                return value

    def record(self, line: dict[str, JSON]) -> dict[str, JSON]:
        """What a task wrote, without the ids in it."""
        if "parent" in line:
            # The root of a body is that of the part that came last.
            senders = {key: self.sender(line["id"], line[key]) for key in ("parent", "root")}
            line = {**line, **senders}
        return self.normal(line)

    def tree(self) -> list[JSON]:
        """The numbered results. What the last part of a chord sends is counted as sent by the header."""
        sent: dict[str, list[int]] = {}
        for sender, children in self.children.items():
            for child in children:
                if self._is_hearsay(sender, child):
                    continue
                owner = self._header(sender, child) or sender
                sent.setdefault(owner, []).append(self.numbers[child])
        tree = []
        for identifier, number in self.numbers.items():
            node = self.normal(self.nodes[number])
            if identifier in self.parents:
                node["parent"] = self.numbers[self.parents[identifier]]
            if identifier in self.members:
                node["members"] = [self.numbers[member] for member in self.members[identifier]]
            if identifier in sent:
                node["children"] = sent[identifier] if identifier in self.children else sorted(sent[identifier])
            tree.append(node)
        return tree


def exception(error: BaseException) -> dict[str, JSON]:
    """An exception as a value."""
    args = [argument if is_plain(argument) else repr(argument) for argument in error.args]
    return {"type": type(error).__name__, "args": args}


def is_plain(value: JSON) -> bool:
    return value is None or isinstance(value, (str, int, float, bool, list, dict))
