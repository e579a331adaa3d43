"""The worker of streaQ: `streaq run tasks:worker`."""
import bodies
from streaq import Worker

worker = Worker(redis_url=bodies.URL, concurrency=bodies.CONCURRENCY, queue_name="bench")
TTL = 3600 if bodies.STORES_RESULTS else 0


@worker.task(ttl=TTL)
async def add(x: int, y: int) -> int:
    return bodies.add(x, y)


@worker.task(ttl=TTL)
async def begin() -> float:
    return bodies.begin()


@worker.task(ttl=TTL)
async def length(payload: str) -> int:
    return bodies.length(payload)


@worker.task(ttl=TTL)
async def sleep(seconds: float) -> float:
    return await bodies.sleep_async(seconds)


TASKS = {"add": add, "begin": begin, "length": length, "sleep": sleep}
