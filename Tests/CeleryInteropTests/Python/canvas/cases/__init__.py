"""The cases. Importing a file puts its cases into the table."""

# What waits for a clock comes first, so that the others need not wait for it.
from . import times  # isort: skip
from . import chains, chords, failures, groups, links, nested, replacing

__all__ = ["times", "chains", "chords", "failures", "groups", "links", "nested", "replacing"]
