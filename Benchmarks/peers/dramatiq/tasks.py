"""The worker of dramatiq: `dramatiq tasks`."""
import bodies
import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.results import Results
from dramatiq.results.backends import RedisBackend

broker = RedisBroker(url=bodies.URL)
broker.add_middleware(Results(backend=RedisBackend(url=bodies.URL)))
dramatiq.set_broker(broker)

TASKS = {
    body.__name__: dramatiq.actor(body, queue_name="bench", store_results=bodies.STORES_RESULTS)
    for body in (bodies.add, bodies.begin, bodies.length, bodies.sleep)
}
