"""The producer of arq."""
import producing
from arq import create_pool
from tasks import SETTINGS

pool = None


async def connect():
    global pool
    pool = await create_pool(SETTINGS)


# It looks for results every half second unless told otherwise.
producing.run(
    connect=connect,
    send=lambda task, arguments: pool.enqueue_job(task, *arguments),
    result=lambda job: job.result(timeout=30, poll_delay=0.001),
)
