"""A redis-server of the harness' own, and what its statistics say about a span of time."""
import socket
import time
from collections import Counter
from dataclasses import dataclass

from children import Child
from resp import Connection


class RedisServer:
    """A redis-server on a free port of the loopback interface; without persistence unless `aof`."""

    def __init__(self, directory, aof):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        persistence = ["--appendonly", "yes", "--appendfsync", "everysec"] if aof else ["--appendonly", "no"]
        self.child = Child(
            "redis-server",
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", directory,
             "--daemonize", "no", *persistence],
            directory,
        )
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self):
        end = time.monotonic() + 10
        while time.monotonic() < end:
            self.child.check()
            try:
                self.connection = Connection(self.port)
                return self
            except OSError:
                time.sleep(0.02)
        self.child.stop()
        raise TimeoutError(f"redis-server does not answer:\n{self.child.tail()}")

    def __exit__(self, *_):
        self.child.stop()

    def clear(self):
        """Removes every key and zeroes the statistics."""
        self.connection.pipeline([("FLUSHALL",), ("CONFIG", "RESETSTAT")])

    def expiring(self):
        """The number of keys with a time to live: the results, and a handful of others."""
        for line in self.connection("INFO", "keyspace").decode().splitlines():
            if line.startswith("db0:"):
                return int(line.split("expires=")[1].split(",")[0])
        return 0


@dataclass
class Snapshot:
    """The server's counters at one moment, the harness' own commands left out."""

    time: float
    cpu: float
    reads: int
    network: int
    commands: Counter

    @classmethod
    def take(cls, server):
        """Reads the counters."""
        values = dict(
            line.split(":", 1) for line in server.connection("INFO", "everything").decode().splitlines() if ":" in line
        )
        commands = Counter({
            name.removeprefix("cmdstat_"): int(text.split("calls=")[1].split(",")[0])
            for name, text in values.items() if name.startswith("cmdstat_")
        })
        commands.subtract(Connection.commands)
        return cls(
            time=time.perf_counter(),
            cpu=float(values["used_cpu_user"]) + float(values["used_cpu_sys"]),
            reads=int(values["total_reads_processed"]) - Connection.reads,
            network=int(values["total_net_input_bytes"]) + int(values["total_net_output_bytes"]),
            commands=commands,
        )

    def since(self, earlier):
        """What happened between two snapshots."""
        commands = Counter(self.commands)
        commands.subtract(earlier.commands)
        return Snapshot(
            self.time - earlier.time, self.cpu - earlier.cpu, self.reads - earlier.reads, self.network - earlier.network,
            Counter({name: count for name, count in commands.items() if count > 0}),
        )

    @property
    def scripts(self):
        """Calls of scripts; each is one round trip of whoever called it."""
        return sum(self.commands[name] for name in ("evalsha", "eval", "fcall"))
