"""taskiq: two processes of asyncio, on a Redis list. Of its brokers this is the faster one with results."""
from peers import PythonPeer


class Taskiq(PythonPeer):
    """A message leaves Redis when it is taken."""

    def command(self, url, queues, node):
        return [
            self.program("taskiq"), "worker", "tasks:broker", "--workers", "2", "--max-async-tasks", str(self.concurrency),
            "--max-prefetch", "0", "--log-level", "ERROR",
        ]

    def left(self, server):
        return server.connection("LLEN", "bench")


SYSTEMS = [Taskiq("taskiq, 2 x 10 tasks", folder="taskiq", packages="peers-taskiq", concurrency=10, share=0.2)]
