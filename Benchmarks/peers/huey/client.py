"""The producer of huey."""
import producing
from tasks import TASKS, huey

producing.run(
    connect=huey.pending_count,
    send=lambda task, arguments: TASKS[task](*arguments),
    result=lambda handle: handle.get(blocking=True, timeout=30, backoff=1, max_delay=0.001),
)
