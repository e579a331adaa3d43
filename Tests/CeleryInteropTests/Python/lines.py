"""Serving a Swift test: reads a command a line from standard input, writes an answer a line to standard output.

One process serves a whole test run, because importing Celery takes longer than most tests. An answer carries the number
of its command. The process ends with its standard input, that is with the process that started it, however that one ends.
"""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import kombu.utils.json

JSON = Any
Operation = Callable[[dict[str, JSON]], dict[str, JSON]]


def serve(operations: Iterable[Operation], threads: int = 16, end: Callable[[], None] = lambda: None) -> None:
    """Does what the commands say, which name an operation.

    They run in threads, so that one that waits for something holds up nobody. `end` is called when there are no more.
    """
    by_name = {operation.__name__: operation for operation in operations}
    output = threading.Lock()

    def answer(line: str) -> None:
        command = kombu.utils.json.loads(line)
        try:
            reply = by_name[command["operation"]](command)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}", "where": traceback.format_exc()}
        text = kombu.utils.json.dumps({**reply, "number": command["number"]})
        with output:
            print(text, flush=True)

    def leave(*_: object) -> None:
        end()
        os._exit(0)

    signal.signal(signal.SIGTERM, leave)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        for line in sys.stdin:
            pool.submit(answer, line)
        leave()
