"""huey: processes that share a queue."""
from peers import PythonPeer


class Huey(PythonPeer):
    """A message leaves Redis when it is taken; results are fields of one hash."""

    def command(self, url, queues, node):
        return [self.program("huey_consumer"), "tasks.huey", "-w", str(self.concurrency), "-k", "process", "-q"]

    def left(self, server):
        return server.connection("LLEN", "huey.redis.bench")

    def stored(self, server):
        return server.connection("HLEN", "huey.results.bench")


SYSTEMS = [Huey("huey, 4 processes", folder="huey", concurrency=4, share=0.4)]
