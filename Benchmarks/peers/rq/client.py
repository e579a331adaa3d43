"""The producer of rq."""
import bodies
import producing
from redis import Redis
from rq import Queue
from tasks import TASKS

redis = Redis(port=bodies.PORT)
queue = Queue("bench", connection=redis)
TTL = 3600 if bodies.STORES_RESULTS else 0

producing.run(
    connect=redis.ping,
    send=lambda task, arguments: queue.enqueue(TASKS[task], *arguments, result_ttl=TTL),
    send_many=lambda task, calls: queue.enqueue_many(
        [Queue.prepare_data(TASKS[task], arguments, result_ttl=TTL) for arguments in calls]
    ),
    result=lambda job: job.latest_result(timeout=30).return_value,
)
