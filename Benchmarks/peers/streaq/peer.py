"""streaQ: asyncio, one process, on Redis streams."""
from peers import PythonPeer


class Streaq(PythonPeer):
    """An entry leaves the stream when its task is done."""

    def command(self, url, queues, node):
        return [self.python, "-m", "streaq", "run", "tasks:worker"]

    def left(self, server):
        return server.connection("XLEN", "streaq:bench:queues:normal")


SYSTEMS = [Streaq("streaq, 64 tasks", folder="streaq", concurrency=64, share=0.05, single_share=0.2)]
