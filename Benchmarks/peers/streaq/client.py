"""The producer of streaQ."""
import producing
from tasks import TASKS, worker


async def send(task, arguments):
    return await TASKS[task].enqueue(*arguments)


async def result(task):
    return (await task.result(30)).result


producing.run(
    connect=worker.__aenter__,
    close=lambda: worker.__aexit__(None, None, None),
    send=send,
    send_many=lambda task, calls: worker.enqueue_many([TASKS[task].enqueue(*arguments) for arguments in calls]),
    result=result,
)
