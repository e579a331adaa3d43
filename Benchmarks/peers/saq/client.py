"""The producer of saq, whose arguments have names."""
import asyncio

import bodies
import producing
from tasks import queue

NAMES = {"add": ("x", "y"), "begin": (), "length": ("payload",), "sleep": ("seconds",)}
# A job that lives for less than no time is deleted when it is done, with its result.
TTL = 3600 if bodies.STORES_RESULTS else -1


async def result(job):
    # Its own way of waiting misses a result that comes first, and then waits for its time to run out.
    while not job.completed:
        await asyncio.sleep(0.001)
        await job.refresh()
    return job.result


producing.run(
    connect=queue.connect,
    close=queue.disconnect,
    send=lambda task, arguments: queue.enqueue(task, **dict(zip(NAMES[task], arguments)), ttl=TTL),
    result=result,
)
