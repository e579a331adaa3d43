"""Which queue each task of a canvas goes to, and with that which kind of worker runs it."""

from collections.abc import Iterator
from itertools import cycle, repeat

# The queues of the Python worker and of ours, and one that both take from.
PLACEMENTS: dict[str, list[str]] = {
    "python": ["python"],
    "swift": ["swift"],
    "python-first": ["python", "swift"],
    "swift-first": ["swift", "python"],
    "shared": ["shared"],
}


def workers(placement: str) -> int:
    """How many workers the fleet of a placement has."""
    return 1 if placement in ("python", "swift") else 2


def queues(placement: str) -> Iterator[str]:
    """The queues of the first task that a case makes, of the second, and so on."""
    names = PLACEMENTS[placement]
    return cycle(names) if len(names) > 1 else repeat(names[0])
