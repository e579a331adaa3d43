"""The producer of the peers in Python: `client.py single|bulk|latency COUNT LOAD`, which prints one line of JSON."""
import asyncio
import inspect
import json
import sys
import time

# The task and the arguments of each load.
LOADS = {
    "add": ("add", (2, 2)),
    "1 KB": ("length", ("x" * 1000,)),
    "100 KB": ("length", ("x" * 100_000,)),
    "1 ms": ("sleep", (0.001,)),
}
# Calls under way at once where a system has no call for many tasks, but awaits each.
ABREAST = 64
GAP = 0.01


def run(send, send_many=None, connect=None, close=None, result=None):
    """Does what the command line says with a system's own calls, each of which may be asynchronous.

    - `send(task, arguments)` sends one task; what it returns is given to `result`, which waits for the result's value.
    - `send_many(task, list of arguments)` sends many of them as fast as the system can.
    """
    asyncio.run(go(send, send_many or abreast(send), connect, close, result))


async def go(send, send_many, connect, close, result):
    """Everything, within one event loop."""
    mode, count, load = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    task, arguments = LOADS.get(load, ("begin", ()))
    if connect:
        await resolved(connect())
    if mode == "latency":
        answer = {"moments": [moments async for moments in latencies(send, result, count)]}
    else:
        begin, cpu = time.perf_counter(), time.process_time()
        if mode == "single":
            for _ in range(count):
                await resolved(send(task, arguments))
        else:
            for start in range(0, count, 500):
                await resolved(send_many(task, [arguments] * min(500, count - start)))
        answer = {"seconds": time.perf_counter() - begin, "cpu": time.process_time() - cpu}
    if close:
        await resolved(close())
    print(json.dumps(answer))


async def latencies(send, result, count, warm=5):
    """For each task the moments of sending, of its beginning, and of the result's arrival."""
    for number in range(-warm, count):
        await asyncio.sleep(GAP)
        sent = time.time()
        began = await resolved(result(await resolved(send("begin", ()))))
        if number >= 0:
            yield sent, began, time.time()


def abreast(send):
    """The bulk call of a system that has none."""

    async def send_many(task, calls):
        for start in range(0, len(calls), ABREAST):
            sent = [send(task, arguments) for arguments in calls[start:start + ABREAST]]
            await asyncio.gather(*filter(inspect.isawaitable, sent))

    return send_many


async def resolved(value):
    """A value, awaited if it has to be."""
    return await value if inspect.isawaitable(value) else value
