"""The worker of arq: `arq tasks.Worker`."""
import bodies
from arq.connections import RedisSettings
from arq.worker import func

SETTINGS = RedisSettings(port=bodies.PORT)


async def add(_, x, y):
    return bodies.add(x, y)


async def begin(_):
    return bodies.begin()


async def length(_, payload):
    return bodies.length(payload)


async def sleep(_, seconds):
    return await bodies.sleep_async(seconds)


class Worker:
    """What arq reads; a result that is kept for no time is not stored."""

    functions = [func(task, keep_result=3600 if bodies.STORES_RESULTS else 0) for task in (add, begin, length, sleep)]
    redis_settings = SETTINGS
    max_jobs = bodies.CONCURRENCY
    log_results = False
