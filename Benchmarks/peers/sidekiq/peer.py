"""Sidekiq, of Debian: threads of one process, with hiredis. It has no results."""
import shutil

from peers import Peer


class Sidekiq(Peer):
    """A job leaves Redis when it is taken, and is lost with its worker."""

    def command(self, url, queues, node):
        return ["sidekiq", "-r", "./tasks.rb", "-c", str(self.concurrency), "-e", "production", "-q", "bench"]

    def client(self, mode, count, load):
        return ["ruby", "client.rb", mode, str(count), load]

    def missing(self):
        return None if shutil.which("sidekiq") else "install it with apt-get install ruby-sidekiq ruby-hiredis"

    def left(self, server):
        return server.connection("LLEN", "queue:bench")


SYSTEMS = [Sidekiq("sidekiq, 5 threads", folder="sidekiq", has_results=False, concurrency=5, share=0.6)]
