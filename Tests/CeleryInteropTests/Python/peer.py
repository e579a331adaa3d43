"""A Celery client for the tests, which does what they say: see `lines`."""

import base64
import datetime
import decimal
import uuid

import celery
from celery import chain, group
from celery.exceptions import TimeoutError as CeleryTimeout
from kombu import Connection, Producer

import interop_app
from lines import serve

VARIANTS = {
    "json": interop_app.app,
    "protocol1": interop_app.make_app("protocol1", task_protocol=1),
    "pickle": interop_app.make_app("pickle", task_serializer="pickle", accept_content=["pickle", "json"]),
}
NAMES = {"datetime": datetime, "UUID": uuid.UUID, "Decimal": decimal.Decimal}


def python_value(expression):
    return eval(expression, dict(NAMES))  # noqa: S307: the expressions are the tests' own


def send(command):
    options = dict(command.get("options") or {})
    for name, expression in (command.get("expressions") or {}).items():
        options[name] = python_value(expression)
    args = command.get("args") or []
    if "expression" in command:
        args = [python_value(command["expression"])]
    app = VARIANTS[command.get("variant", "json")]
    if "exchange" in options:
        # A producer that has not declared a topic exchange takes it for a direct one, and loses the message.
        options["declare"] = list(app.amqp.queues.values())
    result = app.send_task(command["task"], args, command.get("kwargs") or {}, **options)
    return {"id": result.id}


def send_bulk(command):
    """One task for each list of arguments."""
    tasks = group(
        interop_app.app.signature(command["task"], args=args, options=command.get("options") or {})
        for args in command["calls"]
    )
    return {"ids": [result.id for result in tasks.apply_async().results]}


def send_chain(command):
    """add(2, 2), then add(…, 10); the ids of both, in order."""
    add = interop_app.app.tasks["interop.add"]
    last = chain(add.s(2, 2), add.s(10)).apply_async(queue=command["queue"])
    return {"ids": [last.parent.id, last.id]}


def send_foreign(command):
    """A task message whose body is in a format of its own."""
    task_id = str(uuid.uuid4())
    with Connection(interop_app.BROKER) as connection:
        Producer(connection).publish(
            base64.b64decode(command["body"]),
            routing_key=command["queue"],
            content_type=command["content_type"],
            content_encoding="binary",
            headers={"task": command["task"], "id": task_id, "lang": "py"},
        )
    return {"id": task_id}


def outcome(result):
    value = result.result
    answer = {"state": result.state, "traceback": result.traceback}
    if isinstance(value, BaseException):
        kind = type(value)
        answer["exception"] = {
            "type": kind.__qualname__,
            "module": kind.__module__,
            "args": list(value.args),
            "bases": [base.__name__ for base in kind.__mro__],
        }
    else:
        answer["repr"] = repr(value)
        answer["value"] = value
    return answer


def get(command):
    result = interop_app.app.AsyncResult(command["id"])
    try:
        result.get(timeout=command["timeout"], propagate=False)
    except CeleryTimeout:
        raise TimeoutError(f"{command['id']} has not ended within {command['timeout']} s") from None
    return outcome(result)


def state(command):
    return outcome(interop_app.app.AsyncResult(command["id"]))


def extended(command):
    result = interop_app.app.AsyncResult(command["id"])
    names = ["name", "args", "kwargs", "worker", "retries", "queue"]
    return {name: getattr(result, name) for name in names}


def raises(command):
    """What a program sees that just calls `get`."""
    try:
        return {"value": interop_app.app.AsyncResult(command["id"]).get(timeout=command["timeout"])}
    except Exception as error:
        return {"raised": type(error).__name__, "text": str(error)}


def ignored(command):
    """What `get` answers to a client that asked for no result."""
    task = interop_app.app.tasks["interop.ignored"]
    result = task.apply_async([1], queue=command["queue"])
    return {"id": result.id, "value": result.get(timeout=command["timeout"])}


def forget(command):
    interop_app.app.AsyncResult(command["id"]).forget()
    return {}


def same(command):
    """Whether two expressions mean the same value, whatever the order of their members."""
    return {"same": python_value(command["left"]) == python_value(command["right"])}


def version(command):
    return {"celery": celery.__version__}


if __name__ == "__main__":
    serve([
        send, send_bulk, send_chain, send_foreign, get, state, extended, raises, ignored, forget, same, version,
    ])
