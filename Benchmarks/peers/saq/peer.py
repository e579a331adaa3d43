"""saq: asyncio, one process."""
from peers import PythonPeer


class Saq(PythonPeer):
    """A worker listens on one queue."""

    def command(self, url, queues, node):
        return [self.program("saq"), "tasks.settings"]

    def left(self, server):
        return server.connection("ZCARD", "saq:bench:incomplete")


SYSTEMS = [Saq("saq, 10 jobs", folder="saq", concurrency=10, share=0.08, single_share=0.1)]
