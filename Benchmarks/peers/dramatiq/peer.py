"""dramatiq: processes of threads."""
from peers import PythonPeer


class Dramatiq(PythonPeer):
    """Messages stay in a hash until they are acknowledged."""

    def command(self, url, queues, node):
        return [self.python, "-m", "dramatiq", "tasks", "-p", "2", "-t", str(self.concurrency)]

    def environment(self, server, stores_results=True):
        # By default it fetches twice as many messages as it has threads.
        return {**super().environment(server, stores_results), "dramatiq_queue_prefetch": "200"}

    def left(self, server):
        return server.connection("HLEN", "dramatiq:bench.msgs")


SYSTEMS = [Dramatiq("dramatiq, 2 x 4 threads", folder="dramatiq", concurrency=4, share=0.3, single_share=0.3)]
