#!/usr/bin/env python3
"""Measures how many pages a second a running crawl-site serves.

    crawl-site --port 8808 --broken 0 --failing 0 --limited 0 &
    scripts/throughput.py 127.0.0.1 8808 --connections 8 --seconds 5

Every connection is kept alive and has one request under way, as a crawler's have.
"""

import argparse
import selectors
import socket
import time

parser = argparse.ArgumentParser()
parser.add_argument("host")
parser.add_argument("port", type=int)
parser.add_argument("--connections", type=int, default=8)
parser.add_argument("--seconds", type=float, default=5)
parser.add_argument("--users", type=int, default=2000)
options = parser.parse_args()


def connect():
    connection = socket.create_connection((options.host, options.port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def complete(answer):
    """Whether the bytes received are one whole answer."""
    head, separator, body = answer.partition(b"\r\n\r\n")
    if not separator:
        return False
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    return len(body) >= int(length.split(b":")[1])


def log_in():
    form = b"user=crawler&password=crawler"
    with connect() as connection:
        connection.sendall(b"POST /login HTTP/1.1\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(form) + form)
        answer = b""
        while not complete(answer):
            answer += connection.recv(65536)
    cookie = next(line for line in answer.split(b"\r\n") if line.lower().startswith(b"set-cookie:"))
    return cookie.split(b":", 1)[1].split(b";")[0].strip()


cookie = log_in()
selector = selectors.DefaultSelector()
sent = 0


def ask(connection):
    global sent
    user = sent // 2 % options.users + 1
    path = b"/user/%d/fans?page=1" % user if sent % 2 else b"/user/%d" % user
    sent += 1
    connection.sendall(b"GET %s HTTP/1.1\r\nHost: site\r\nCookie: %s\r\n\r\n" % (path, cookie))


received = {}
for _ in range(options.connections):
    connection = connect()
    selector.register(connection, selectors.EVENT_READ)
    received[connection] = b""
    ask(connection)

answers = failures = 0
started = time.monotonic()
while (elapsed := time.monotonic() - started) < options.seconds:
    for key, _ in selector.select():
        connection = key.fileobj
        received[connection] += connection.recv(65536)
        if complete(received[connection]):
            answers += 1
            failures += not received[connection].startswith(b"HTTP/1.1 200 ")
            received[connection] = b""
            ask(connection)

print(f"{answers / elapsed:,.0f} pages/s over {options.connections} connections, {failures} not 200")
