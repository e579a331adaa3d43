"""The worker of saq: `saq tasks.settings`."""
import bodies
from saq import Queue

queue = Queue.from_url(bodies.URL, name="bench")


async def add(_, *, x, y):
    return bodies.add(x, y)


async def begin(_):
    return bodies.begin()


async def length(_, *, payload):
    return bodies.length(payload)


async def sleep(_, *, seconds):
    return await bodies.sleep_async(seconds)


settings = {"queue": queue, "functions": [add, begin, length, sleep], "concurrency": bodies.CONCURRENCY}
