"""The table of Celery's own command line: what it says to and about one worker.

`cases` are the commands, in an order in which one prepares the next. `python -m cli` runs them.
"""
