"""Runs the table on the one worker of a queue, and prints what was answered: a list of observations.

    python -m cli NODE QUEUE FOLDER

The worker has one slot. It is shut down at the end.
"""

import json
import sys
import time
from pathlib import Path

import interop_app

from .cases import CASES, Case, Scene
from .runner import run

# Seconds that something may take until the worker has done it.
PATIENCE = 20


def prepare(scene: Scene) -> None:
    """Gives the worker tasks: some that end, one that runs on, one for later."""
    app = interop_app.app

    def send(name: str, task: str, *args: object, **options: object) -> None:
        scene.tasks[name] = app.send_task(task, args, queue=scene.queue, **options).id

    send("added", "canvas.add", 2, 3)
    send("failed", "canvas.fail")
    for name in ("added", "failed"):
        app.AsyncResult(scene.tasks[name]).get(timeout=PATIENCE, propagate=False)
    send("later", "canvas.add", 1, 1, countdown=3600)
    send("running", "interop.report", str(scene.folder / "gate"))
    deadline = time.monotonic() + PATIENCE
    while app.AsyncResult(scene.tasks["running"]).state != "PROGRESS":
        if time.monotonic() > deadline:
            raise TimeoutError("the worker has not begun its task")
        time.sleep(0.02)


def patient(words: list[str], node: str) -> list[str]:
    """The command with time for an answer: it ends when the node has answered, and a busy machine is no reason to fail."""
    asks = words[0] in ("inspect", "control") and node in words and "-t" not in words
    return [words[0], "-t", str(PATIENCE), *words[1:]] if asks else words


def observe(case: Case, scene: Scene) -> dict[str, object]:
    names = {"node": scene.node, "queue": scene.queue, **scene.tasks}
    output = run(patient(case.command.format(**names).split(" "), scene.node))
    out = scene.plain(output.out)
    try:
        read = case.reading(out)
    except (ValueError, KeyError, TypeError) as error:
        read = {"unreadable": f"{type(error).__name__}: {error}", "out": out}
    # The last line is the message, whatever led to it.
    return {"command": case.command, "code": output.code, "out": read, "err": scene.plain(output.err).splitlines()[-1:]}


def main(node: str, queue: str, folder: Path) -> None:
    scene = Scene(node, queue, folder)
    prepare(scene)
    json.dump([observe(case, scene) for case in CASES], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
