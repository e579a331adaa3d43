"""A minimal RESP2 connection that counts what it does, so that the harness can leave itself out of Redis' statistics."""
import socket
from collections import Counter


class Connection:
    """One connection of the harness; all of them share the counters."""

    commands = Counter()
    reads = 0

    def __init__(self, port, timeout=60):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.replies = self.socket.makefile("rb")

    def __call__(self, *arguments):
        """Sends one command and returns its reply."""
        return self.pipeline([arguments])[0]

    def pipeline(self, commands):
        """Sends commands in one write; a reply that is an error is raised once all replies are read."""
        self.send(commands)
        replies = [self.read() for _ in commands]
        for reply in replies:
            if isinstance(reply, RedisError):
                raise reply
        return replies

    def send(self, commands):
        """Sends commands without reading their replies."""
        parts = []
        for arguments in commands:
            parts.append(b"*%d\r\n" % len(arguments))
            for argument in arguments:
                data = argument if isinstance(argument, bytes) else str(argument).encode()
                parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
            Connection.commands[str(arguments[0]).lower()] += 1
        Connection.reads += 1
        self.socket.sendall(b"".join(parts))

    def read(self):
        """Reads one reply, or one message of a subscription."""
        line = self.replies.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("redis-server closed the connection")
        kind, rest = line[:1], line[1:-2]
        match kind:
            case b"+":
                return rest.decode()
            case b"-":
                return RedisError(rest.decode())
            case b":":
                return int(rest)
            case b"$":
                return None if rest == b"-1" else self.replies.read(int(rest) + 2)[:-2]
            case b"*":
                return None if rest == b"-1" else [self.read() for _ in range(int(rest))]
        raise ConnectionError(f"not a RESP2 reply: {line!r}")

    def close(self):
        """Closes the connection."""
        self.replies.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class RedisError(Exception):
    """An error that Redis answered."""
