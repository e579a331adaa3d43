"""The table of canvases: what a Celery program can compose, and how to see what became of it.

`tasks` are what the canvases are made of, `cases` the table. `placement` says which queue each task goes to, and with that
which kind of worker runs it. `observation` turns what is left in the result backend into a value without ids, which can be
compared between fleets. `python -m canvas` runs the table.
"""
