"""The worker of taskiq: `taskiq worker tasks:broker`."""
import bodies
from taskiq_redis import ListQueueBroker, RedisAsyncResultBackend

broker = ListQueueBroker(bodies.URL, queue_name="bench")
if bodies.STORES_RESULTS:
    broker = broker.with_result_backend(RedisAsyncResultBackend(bodies.URL, result_ex_time=3600))


@broker.task(task_name="add")
async def add(x, y):
    return bodies.add(x, y)


@broker.task(task_name="begin")
async def begin():
    return bodies.begin()


@broker.task(task_name="length")
async def length(payload):
    return bodies.length(payload)


@broker.task(task_name="sleep")
async def sleep(seconds):
    return await bodies.sleep_async(seconds)


TASKS = {"add": add, "begin": begin, "length": length, "sleep": sleep}
