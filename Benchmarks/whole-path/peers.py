"""The peers: each has a folder in Benchmarks/peers, whose `peer.py` says what is below, beside the programs that it starts.

- `command`: how a worker is started, in that folder, with the environment that `environment` describes;
- `client`: the producer, `single|bulk|latency COUNT LOAD`, which prints one line of JSON as Benchmarks/peers/common does;
- `left`: how many tasks wait or are in progress, as Redis shows them;
- `stored`: how many results are stored.
"""
import importlib.util
import json
import os
from dataclasses import dataclass

import programs
from systems import HERE, ROOT, System

FOLDER = os.path.join(os.path.dirname(HERE), "peers")


@dataclass(frozen=True)
class Peer(System):
    """Another task queue on Redis, with a message format of its own."""

    folder: str = ""
    concurrency: int = 1

    def client(self, mode, count, load):
        """The command line of the producer."""
        raise NotImplementedError

    def left(self, server):
        """How many tasks wait or are in progress."""
        raise NotImplementedError

    def stored(self, server):
        """How many results are stored: in most systems keys with a time to live."""
        return server.expiring()

    def directory(self, scratch):
        return os.path.join(FOLDER, self.folder)

    def environment(self, server, stores_results=True):
        return {
            "BENCH_URL": server.url, "BENCH_PORT": str(server.port), "BENCH_RESULTS": str(int(stores_results)),
            "BENCH_CONCURRENCY": str(self.concurrency),
        }

    def produce(self, server, mode, count, load="add", stores_results=True):
        """Runs the producer; returns what it said."""
        environment = self.environment(server, stores_results)
        return json.loads(programs.run(self.client(mode, count, load), self.directory(None), environment).splitlines()[-1])

    def preload(self, server, scratch, count, load="add", stores_results=True):
        self.produce(server, "bulk", count, load, stores_results)

    def waiting(self, server):
        return self.left(server)

    def done(self, server, count, stores_results=True):
        left = self.left(server)
        return count - left if left or not stores_results else min(count, self.stored(server))


@dataclass(frozen=True)
class PythonPeer(Peer):
    """A peer in Python, of a virtual environment that scripts/setup-interop makes."""

    packages: str = "peers"

    @property
    def python(self):
        """The interpreter."""
        return self.program("python")

    def program(self, name):
        """A program of the virtual environment."""
        return os.path.join(ROOT, ".interop", self.packages, "bin", name)

    def missing(self):
        return None if os.access(self.python, os.X_OK) else f"run scripts/setup-interop {self.packages}"

    def client(self, mode, count, load):
        return [self.python, "client.py", mode, str(count), load]

    def environment(self, server, stores_results=True):
        common = os.path.join(FOLDER, "common")
        return {**super().environment(server, stores_results), "PYTHONPATH": common, "PYTHONDONTWRITEBYTECODE": "1"}


def load():
    """The systems of every folder."""
    systems = []
    for name in sorted(os.listdir(FOLDER)):
        path = os.path.join(FOLDER, name, "peer.py")
        if os.path.exists(path):
            spec = importlib.util.spec_from_file_location(f"peer_{name}", path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            systems += module.SYSTEMS
    return systems
