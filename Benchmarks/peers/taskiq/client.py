"""The producer of taskiq."""
import producing
from tasks import TASKS, broker


async def result(task):
    return (await task.wait_result(timeout=30, check_interval=0.001)).return_value


producing.run(
    connect=broker.startup,
    close=broker.shutdown,
    send=lambda task, arguments: TASKS[task].kiq(*arguments),
    result=result,
)
