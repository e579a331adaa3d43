"""What the tasks of the comparison do, for the peers in Python; and how their programs are told what to do."""
import asyncio
import os
import time

URL = os.environ["BENCH_URL"]
PORT = int(os.environ["BENCH_PORT"])
STORES_RESULTS = os.environ["BENCH_RESULTS"] == "1"
CONCURRENCY = int(os.environ["BENCH_CONCURRENCY"])


def add(x, y):
    """The sum."""
    return x + y


def begin():
    """The moment at which it is run, in seconds since 1970."""
    return time.time()


def length(payload):
    """The length of a text."""
    return len(payload)


def sleep(seconds):
    """Waits, and holds up the thread that it is run on."""
    time.sleep(seconds)
    return seconds


async def sleep_async(seconds):
    """Waits without a thread."""
    await asyncio.sleep(seconds)
    return seconds
