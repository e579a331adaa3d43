"""The producer of saq, whose arguments have names."""
import bodies
import producing
from tasks import queue

NAMES = {"add": ("x", "y"), "begin": (), "length": ("payload",), "sleep": ("seconds",)}
# A job that lives for less than no time is deleted when it is done, with its result.
TTL = 3600 if bodies.STORES_RESULTS else -1


async def result(job):
    await job.refresh(until_complete=30)
    return job.result


producing.run(
    connect=queue.connect,
    close=queue.disconnect,
    send=lambda task, arguments: queue.enqueue(task, **dict(zip(NAMES[task], arguments)), ttl=TTL),
    result=result,
)
