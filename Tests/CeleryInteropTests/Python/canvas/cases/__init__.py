"""The cases. Importing a file puts its cases into the table."""

from . import chains, chords, failures, groups, links, nested, replacing, times

__all__ = ["chains", "chords", "failures", "groups", "links", "nested", "replacing", "times"]
