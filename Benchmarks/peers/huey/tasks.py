"""The consumer of huey: `huey_consumer tasks.huey`."""
import bodies
from huey import RedisHuey

huey = RedisHuey("bench", url=bodies.URL, results=bodies.STORES_RESULTS, blocking=True)

TASKS = {body.__name__: huey.task()(body) for body in (bodies.add, bodies.begin, bodies.length, bodies.sleep)}
