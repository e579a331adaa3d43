"""Calls `delay` N times, one after the other, and prints the seconds and the processor time that took."""
import json
import sys
import time

from celery_app import add

count = int(sys.argv[1])
add.delay(2, 2)
begin, cpu = time.perf_counter(), time.process_time()
for _ in range(count):
    add.delay(2, 2)
print(json.dumps({"seconds": time.perf_counter() - begin, "cpu": time.process_time() - cpu}))
