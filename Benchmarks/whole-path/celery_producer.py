"""Celery's producer: `celery_producer.py single|latency COUNT`, which prints one line of JSON."""
import json
import sys
import time

from celery_app import add, begin

GAP = 0.01


def single(count):
    """`delay` in a loop: the seconds and the processor time that it took."""
    add.delay(2, 2)
    started, cpu = time.perf_counter(), time.process_time()
    for _ in range(count):
        add.delay(2, 2)
    return {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}


def latency(count, warm=20):
    """For each task the moments of sending, of its beginning, and of the result's arrival."""
    moments = []
    for _ in range(count + warm):
        time.sleep(GAP)
        sent = time.time()
        began = begin.delay().get(timeout=30)
        moments.append((sent, began, time.time()))
    return {"moments": moments[warm:]}


print(json.dumps({"single": single, "latency": latency}[sys.argv[1]](int(sys.argv[2]))))
