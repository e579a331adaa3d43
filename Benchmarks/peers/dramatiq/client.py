"""The producer of dramatiq."""
import producing
from tasks import TASKS, broker

producing.run(
    connect=broker.client.ping,
    send=lambda task, arguments: TASKS[task].send(*arguments),
    result=lambda message: message.get_result(block=True, timeout=30_000),
)
