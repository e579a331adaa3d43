"""A task host that misbehaves, for its supervisor to bear it: what it says beside the truth depends on the arguments of its tasks."""

import base64
import json
import os
import random
import socket
import struct

RUN, REPLY, UPDATE, HELLO, DONE, CALL, ANSWER = 1, 4, 5, 65, 66, 67, 68

link = socket.socket(fileno=3)
link.set_inheritable(False)


def receive(count):
    data = b""
    while len(data) < count:
        data += link.recv(count - len(data)) or os._exit(0)  # the supervisor is gone
    return data


def read():
    (length,) = struct.unpack(">I", receive(4))
    data = receive(length)
    kind, head_length = struct.unpack(">BI", data[:5])
    return kind, json.loads(data[5 : 5 + head_length]), data[5 + head_length :]


def frame(kind, head, body=b""):
    data = json.dumps(head).encode()
    return struct.pack(">IBI", 5 + len(data) + len(body), kind, len(data)) + data + body


def done(run, value):
    return frame(DONE, {"run": run, "outcome": "success"}, json.dumps(value).encode())


def uninvited(run):
    """Frames that are well formed, and that nobody has asked for: all of them mean nothing."""
    for other in (run + 1_000_000, -1, 0, 2**63 - 1):
        link.sendall(done(other, "stolen"))
    for kind in (REPLY, UPDATE, RUN, 0, 200, 255):
        link.sendall(frame(kind, {"id": 1, "run": 1, "watch": 1}, b"?"))
    link.sendall(frame(ANSWER, {"id": 12345}))
    link.sendall(frame(CALL, {"id": 7, "method": "no_such_method"}))
    link.sendall(frame(CALL, {"id": 7, "method": "unwatch", "watch": 99}))
    link.sendall(frame(CALL, {"method": "results"}))
    link.sendall(done(run, os.getpid()) + done(run, "again"))


def damage(run, seed):
    """Frames, some of whose bytes are others."""
    generator = random.Random(seed)
    sound = [
        done(run, seed),
        frame(DONE, {"run": run, "outcome": "failure", "exception": {"exc_type": []}}),
        frame(CALL, {"id": 1, "method": "results", "tasks": ["a", "b"]}),
        frame(CALL, {"id": 2, "method": "publish", "messages": [{"routing_key": "nowhere", "length": 2}]}, b"{}"),
        frame(CALL, {"id": 3, "method": "watch", "tasks": ["a"]}),
        frame(CALL, {"id": 4, "method": "prepare", "groups": [], "chords": [{"group": "g", "size": 3}], "expires": 1e300}),
        frame(HELLO, {"version": 1, "pid": 1, "tasks": {}}),
        frame(ANSWER, {"id": 1, "messages": []}),
    ]
    for _ in range(generator.randrange(1, 30)):
        data = bytearray(generator.choice(sound))
        for _ in range(generator.randrange(4)):
            # The length stays, so that the rest is read at all.
            data[generator.randrange(4, len(data))] = generator.randrange(256)
        link.sendall(data)
    link.sendall(done(run, seed))


def flood(run, count):
    """Asks without reading answers, until the supervisor reads no further; then reads them all."""
    data = frame(CALL, {"id": 1, "method": "results", "tasks": ["nobody"]}) * count
    sent = 0
    link.settimeout(2)
    try:
        while sent < len(data):
            sent += link.send(data[sent : sent + 65536])
    except TimeoutError:
        pass
    link.settimeout(None)
    accepted = sent * count // len(data)
    for _ in range(accepted):
        read()
    # The last call is not complete, and what follows would be its rest.
    size = len(data) // count
    link.sendall(data[sent : -(-sent // size) * size] + done(run, accepted))


tasks = {"hostile.uninvited": uninvited, "hostile.damage": damage, "hostile.flood": flood}
link.sendall(frame(HELLO, {"version": 1, "pid": os.getpid(), "tasks": {name: {"hard": 20} for name in tasks}}))
while True:
    kind, head, body = read()
    if kind == RUN:
        message = json.loads(body)
        args, _, _ = json.loads(base64.b64decode(message["body"]))
        tasks[message["headers"]["task"]](head["run"], *args)
