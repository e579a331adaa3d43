"""Runs Celery's command line as a process of its own, without paying for its imports each time."""

import os
import sys
import tempfile
import traceback
from dataclasses import dataclass

import celery.bin.celery  # noqa: F401: what each child would import
from celery.__main__ import main as celery_main

import interop_app


@dataclass(frozen=True)
class Output:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


def run(arguments: list[str]) -> Output:
    """Runs `celery -b … ARGUMENTS`."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            _be_celery(arguments)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return Output(os.waitstatus_to_exitcode(status), out.read(), err.read())


def _be_celery(arguments: list[str]) -> None:
    """What the program `celery` does, and no return."""
    where = ["-b", interop_app.BROKER, "--result-backend", interop_app.BACKEND]
    sys.argv = ["celery", *where, *arguments]
    code = 0
    try:
        celery_main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except Exception:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
