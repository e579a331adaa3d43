"""The worker of rq: `rq worker-pool bench`; and where it finds Redis."""
import bodies

REDIS_URL = bodies.URL

TASKS = {body.__name__: body for body in (bodies.add, bodies.begin, bodies.length, bodies.sleep)}
