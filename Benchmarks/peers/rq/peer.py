"""rq: a pool of processes; its SimpleWorker does not fork for every job."""
from peers import PythonPeer


class RQ(PythonPeer):
    """Jobs wait in a list, and are in progress in a sorted set."""

    def command(self, url, queues, node):
        return [
            self.program("rq"), "worker-pool", "-q", "-P", ".", "-n", str(self.concurrency), "-w", "rq.worker.SimpleWorker",
            "-c", "tasks", "bench",
        ]

    def left(self, server):
        return sum(server.connection.pipeline([("LLEN", "rq:queue:bench"), ("ZCARD", "rq:wip:bench")]))

    def stored(self, server):
        return server.connection("ZCARD", "rq:finished:bench")


SYSTEMS = [RQ("rq, 4 processes", folder="rq", concurrency=4, share=0.04)]
