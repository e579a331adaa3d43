"""arq: asyncio, one process."""
from peers import PythonPeer


class Arq(PythonPeer):
    """A worker listens on one queue."""

    def command(self, url, queues, node):
        return [self.python, "-m", "arq", "tasks.Worker"]

    def left(self, server):
        return server.connection("ZCARD", "arq:queue")


SYSTEMS = [Arq("arq, 200 jobs", folder="arq", concurrency=200, share=0.08, single_share=0.1)]
