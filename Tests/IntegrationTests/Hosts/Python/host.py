"""A task host in Python, written after docs/task-host-protocol.md alone: it serves tasks for a worker of TaskBroker."""

import base64
import json
import os
import socket
import struct

RUN, REPLY, HELLO, DONE, CALL = 1, 4, 65, 66, 67

link = socket.socket(fileno=3)
link.set_inheritable(False)
waiting = []


def receive(count):
    data = b""
    while len(data) < count:
        data += link.recv(count - len(data)) or os._exit(0)  # the supervisor is gone
    return data


def read():
    (length,) = struct.unpack(">I", receive(4))
    frame = receive(length)
    kind, head_length = struct.unpack(">BI", frame[:5])
    return kind, json.loads(frame[5 : 5 + head_length]), frame[5 + head_length :]


def send(kind, head, body=b""):
    data = json.dumps(head).encode()
    link.sendall(struct.pack(">IBI", 5 + len(data) + len(body), kind, len(data)) + data + body)


def call(method, body=b"", **head):
    send(CALL, {"id": 1, "method": method, **head}, body)
    while True:
        kind, reply, payload = read()
        if kind == REPLY:
            return reply
        waiting.append((kind, reply, payload))


def forward(queue, message):
    raw = json.dumps(message).encode()
    return call("publish", raw, messages=[{"routing_key": queue, "length": len(raw)}])


tasks = {
    "py.add": lambda x, y: x + y,
    "py.forward": forward,
    "py.exit": os._exit,
    "py.nonsense": lambda text: link.sendall(text.encode()),
    "py.environment": lambda: dict(os.environ),
}
send(HELLO, {"version": 1, "pid": os.getpid(), "tasks": {name: {} for name in tasks}})
while True:
    kind, head, body = waiting.pop(0) if waiting else read()
    if kind != RUN:
        continue
    message = json.loads(body)
    args, kwargs, embed = json.loads(base64.b64decode(message["body"]))
    follows = any(embed.values())
    try:
        value = tasks[message["headers"]["task"]](*args, **kwargs)
        send(DONE, {"run": head["run"], "outcome": "success", "follows": follows}, json.dumps(value).encode())
    except Exception as error:
        exception = {"exc_type": type(error).__name__, "exc_message": [str(error)], "exc_module": "builtins"}
        send(DONE, {"run": head["run"], "outcome": "failure", "follows": follows, "exception": exception})
