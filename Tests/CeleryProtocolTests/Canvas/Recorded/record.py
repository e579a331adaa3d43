"""Records what Celery sends and stores for some canvases; RecordedCanvasTests compares.

    redis-server --port 7461 --save '' &
    .interop/celery/bin/python Tests/CeleryProtocolTests/Canvas/Recorded/record.py redis://127.0.0.1:7461/0 \
        >Tests/CeleryProtocolTests/Canvas/Recorded/canvases.json

Celery's own client, tracer and Redis backend run in this process; messages are kept in a list instead of a broker and
run in their order. Ids are numbered in the order in which they occur.
"""

import json
import logging
import re
import sys
import warnings

from celery import Celery, chain, chord, group, signature
from celery.app.trace import build_tracer

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")

app = Celery("recorded", broker="memory://", backend=sys.argv[1])
sent = []


def keep(producer, name, message, **options):
    headers, _, body, _ = message
    sent.append(json.loads(json.dumps({"headers": headers, "body": body, "queue": str(options["queue"].name)})))


app.amqp.send_task_message = keep


def numbers(value):
    if isinstance(value, (list, tuple)):
        for element in value:
            yield from numbers(element)
    elif isinstance(value, int):
        yield value


@app.task(name="t.add")
def add(*args):
    return sum(numbers(args))


@app.task(name="t.list")
def collect(*args):
    return list(args)


@app.task(name="t.fail")
def fail(*args):
    raise ValueError("boom")


@app.task(name="t.err")
def errback(task_id):
    return "err"


@app.task(name="t.replace", bind=True)
def replace(self, *args, sig=None):
    return self.replace(signature(json.loads(json.dumps(sig)), app=app))


def replaced_by(canvas):
    return replace.s(sig=json.loads(json.dumps(canvas)))


def linked(sig, *callbacks):
    for callback in callbacks:
        sig.link(callback)
    return sig


def guarded(sig, *errbacks):
    for handler in errbacks:
        sig.link_error(handler)
    return sig


CANVASES = {
    "a task": add.s(1),
    "an immutable task": add.si(1),
    "a callback": linked(add.s(1), add.s(10)),
    "several callbacks": linked(add.s(1), add.s(10), collect.s(), group(add.s(1), add.s(2))),
    "an errback": guarded(fail.s(), errback.s()),
    "several errbacks": guarded(fail.s(), errback.si("own"), errback.s()),
    "a chain": chain(add.s(1), add.s(2), add.si(3), collect.s()),
    "a chain with callbacks": linked(chain(add.s(1), add.s(2)), add.s(10)),
    "a chain that fails": guarded(chain(add.s(1), fail.s(), add.s(2), collect.s()), errback.s()),
    "a group": group(add.s(1), add.s(2), collect.s(3)),
    "a group of groups": group(add.s(1), group(add.s(2), group(add.s(3), add.s(4))), add.s(5)),
    "a group of a chain that ends in a group": group(chain(add.s(1), group(add.s(2), add.s(3)))),
    "an empty group": group(),
    "a chord": chord([add.s(1), add.s(2)], add.s(3)),
    "a chord of a nested group": chord([add.s(1), group(add.s(2), add.s(3)), add.s(4)], collect.s()),
    "a chord without header": chord([], collect.s()),
    "a chord without body": chord([add.s(1)], group()),
    "a chord whose body is a chain": chord([add.s(1), add.s(2)], chain(add.s(3), collect.s())),
    "a chord whose body is a group": chord([add.s(1), add.s(2)], group(add.s(3), collect.s())),
    "a chord of chains": chord([chain(add.s(1), add.s(2)), chain(add.s(3), collect.s())], add.s(4)),
    "a chord of a chain that ends in a group": chord(
        [add.s(1), chain(add.s(2), group(add.s(3), add.s(4)))], collect.s()
    ),
    "a chord of chords": chord([chord([add.s(1), add.s(2)], add.s(3)), add.s(4)], collect.s()),
    "chords four deep": chord(
        [chord([chord([chord([add.s(1), add.s(2)], add.s(3)), add.s(4)], collect.s()), add.s(5)], add.s(6)), add.s(7)],
        collect.s(),
    ),
    "a chord that fails": chord([add.s(1), fail.s()], guarded(add.s(2), errback.s())),
    "a chord that fails in a chain": chain(add.s(1), group(add.s(2), fail.s()), collect.s(), add.s(3)),
    "a chord that fails before a group": guarded(
        chord([fail.s(), add.s(1)], group(guarded(add.s(2), errback.s()), collect.s())), errback.s()
    ),
    "a chord of a chain that fails": chord([chain(fail.s(), add.s(1), add.s(2)), add.s(3)], collect.s()),
    "a group in a chain": chain(add.s(1), group(add.s(2), add.s(3)), collect.s(), add.s(4)),
    "groups in a chain": chain(add.s(1), group(add.s(2), add.s(3)), group(collect.s(), add.s(4))),
    "a group at the end of a chain": chain(add.s(1), group(add.s(2), add.s(3))),
    "chords in a chain": chain(chord([add.s(1), add.s(2)], add.s(3)), chord([add.s(4), add.s(5)], collect.s())),
    "links of a chord in a chain": guarded(
        linked(chain(add.s(1), group(add.s(2), add.s(3)), collect.s()), add.s(10)), errback.s()
    ),
    "options": chain(add.s(1).set(queue="other"), group(add.s(2).set(queue="third"), add.s(3)), collect.s()),
    "a replaced task": replaced_by(add.s(5)),
    "a task replaced in a chain": chain(replaced_by(add.s(5)), collect.s()),
    "a task replaced by a chain": chain(replaced_by(chain(add.s(5), add.s(6))), collect.s()),
    "a task replaced by a group": linked(guarded(replaced_by(group(add.s(5), add.s(6))), errback.s()), add.s(10)),
    "a task replaced by a chord in a chord": chord(
        [add.s(1), replaced_by(chord([add.s(2), add.s(3)], collect.s()))], collect.s()
    ),
    "a task replaced by a group in a chain in a chord": chord(
        [add.s(1), chain(replaced_by(group(add.s(2), add.s(3))), collect.s())], collect.s()
    ),
}


def run(message):
    headers = message["headers"]
    args, kwargs, embed = message["body"]
    task = app.tasks[headers["task"]]
    request = {
        **headers, **embed, "args": args, "kwargs": kwargs, "is_eager": False, "hostname": "w@h", "reply_to": None,
        "delivery_info": {"exchange": "", "routing_key": "celery", "priority": 0, "redelivered": False},
    }
    build_tracer(task.name, task, hostname="w@h", app=app)(headers["id"], args, kwargs, request)


def without_local(value):
    """What is the same in every process: no reply address, no options that are not set."""
    if isinstance(value, dict):
        value = {name: without_local(member) for name, member in value.items()}
        if "task" in value and "options" in value:
            value["options"] = {
                name: option for name, option in value["options"].items()
                if option is not None and name not in ("reply_to", "add_to_parent")
            }
        return value
    return [without_local(element) for element in value] if isinstance(value, (list, tuple)) else value


def record(name, canvas):
    canvas = json.loads(json.dumps(canvas))
    app.backend.client.flushdb()
    sent.clear()
    result = signature(canvas, app=app).apply_async((1,))
    position = 0
    while position < len(sent):
        run(json.loads(json.dumps(sent[position])))
        position += 1
    headers = ("task", "id", "group", "group_index", "root_id", "parent_id", "replaced_task_nesting")
    messages = [
        {
            **{header: message["headers"][header] for header in headers}, "args": message["body"][0],
            "kwargs": message["body"][1], "embed": message["body"][2], "queue": message["queue"],
        }
        for message in sent
    ]
    results = {}
    for key in app.backend.client.keys("celery-task-meta-*"):
        stored = json.loads(app.backend.client.get(key))
        results[stored["task_id"]] = {field: stored[field] for field in ("status", "result", "children")}
    document = {"1": without_local(messages), "2": result.as_tuple(), "3": results}
    names = {}
    text = re.sub(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        lambda match: names.setdefault(match.group(), f"id{len(names)}"),
        json.dumps(document, sort_keys=True),
    )
    document = json.loads(text)
    return {
        "name": name, "canvas": without_local(json.loads(json.dumps(CANVASES[name]))), "messages": document["1"],
        "result": document["2"], "results": document["3"],
    }


records = [record(name, canvas) for name, canvas in CANVASES.items()]
print("[\n" + ",\n".join(json.dumps(each, sort_keys=True, separators=(",", ":")) for each in records) + "\n]")
