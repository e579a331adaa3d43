"""The systems that are compared: how a worker of each is started, filled with tasks, and seen to have finished them."""
import os
import uuid
from dataclasses import dataclass

import messages
from children import Child

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
APP = os.path.join(ROOT, ".build", "release", "bench-app")
SPEED_OF_LIGHT = os.path.join(ROOT, ".build", "speed-of-light")
CELERY_PYTHON = os.path.join(ROOT, ".interop", "peers-celery", "bin", "python")
# Where kombu and the C program keep a copy of what is in progress.
IN_PROGRESS = ("unacked", "bench:unacked")
# Where our worker does: what each claim took is a member of the first, and a list under the second. Where others of it go on, a NUL
# stands for what has ended.
LEASES, HELD = "{bench}:tb:bench:lease", "{bench}:tb:bench:infl:"


@dataclass(frozen=True)
class System:
    """A kind of worker of Celery's messages, and how many processes of it work side by side."""

    name: str
    copies: int = 1
    # How large a part of the tasks of a drain it is given, so that slow systems take no longer than fast ones.
    share: float = 1
    # The same for tasks one by one: some look for work, or for results, only now and then.
    single_share: float = 1
    has_results: bool = True

    def command(self, url, queues, node):
        """The command line of one worker."""
        raise NotImplementedError

    def directory(self, scratch):
        """Where it runs."""
        return scratch

    def environment(self, server, stores_results=True):
        """Variables that a worker or a producer needs."""
        return {}

    def missing(self):
        """Why it cannot be measured, as a sentence."""
        return None

    def start(self, server, scratch, queues=(messages.QUEUE,), stores_results=True):
        """Starts the worker's processes."""
        workers = []
        try:
            for copy in range(self.copies):
                node = f"{uuid.uuid4().hex[:8]}-{copy}"
                log = os.path.join(scratch, f"worker {self.name} {node}.log".replace(" ", "-"))
                workers.append(Child(
                    f"worker of {self.name}", self.command(server.url, ",".join(queues), node), self.directory(scratch),
                    self.environment(server, stores_results), log,
                ))
        except BaseException:
            stop(workers)
            raise
        return workers

    def preload(self, server, scratch, count, load="add", stores_results=True):
        """Fills the queue."""
        messages.preload(server.connection, count, load, stores_results)

    def waiting(self, server):
        """How many messages no worker has taken yet."""
        return server.connection("LLEN", messages.QUEUE)

    def done(self, server, count, stores_results=True):
        """How many tasks of `count` are finished, their results stored."""
        if stores_results:
            return server.expiring()
        replies = server.connection.pipeline([("LLEN", messages.QUEUE), *(("HLEN", key) for key in IN_PROGRESS)])
        return count - sum(replies)


@dataclass(frozen=True)
class TaskBroker(System):
    """Our worker; tasks run in processes of their own, or in the worker's if there are none."""

    concurrency: int = 1
    hosts: int = 0

    def command(self, url, queues, node):
        limits = ["-c", str(self.concurrency), "--hosts", str(self.hosts)]
        return [APP, "worker", "-b", url, "-Q", queues, *limits, "-n", node, "-l", "WARNING"]

    def done(self, server, count, stores_results=True):
        if stores_results:
            return super().done(server, count)
        waiting, batches = server.connection.pipeline([("LLEN", messages.QUEUE), ("ZRANGE", LEASES, 0, -1)])
        lists = [HELD + batch.decode() for batch in batches]
        lengths = server.connection.pipeline([("LLEN", key) for key in lists])
        ended = server.connection.pipeline([("LPOS", key, "\0", "COUNT", 0) for key in lists])
        return count - waiting - sum(lengths) + sum(map(len, ended))

    def missing(self):
        return None if os.access(APP, os.X_OK) else f"{APP} is not built"


@dataclass(frozen=True)
class SpeedOfLight(System):
    """The C program that does a task's Redis work and nothing else."""

    def start(self, server, scratch, queues=(messages.QUEUE,), stores_results=True):
        words = [] if stores_results else ["no-results"]
        command = [SPEED_OF_LIGHT, "drain", str(server.port), *words]
        return [Child("speed-of-light", command, scratch)]

    def missing(self):
        return None if os.access(SPEED_OF_LIGHT, os.X_OK) else f"{SPEED_OF_LIGHT} is not built"


@dataclass(frozen=True)
class Celery(System):
    """`celery worker`, without the chatter between workers that costs it a little."""

    pool: str = "prefork"
    concurrency: int = 1

    def command(self, url, queues, node):
        return [
            CELERY_PYTHON, "-m", "celery", "-A", "celery_app", "worker", "-P", self.pool, "-c", str(self.concurrency),
            "-Q", queues, "-n", f"{node}@bench", "-l", "WARNING",
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        ]

    def environment(self, server, stores_results=True):
        return {"BENCH_URL": server.url, "PYTHONPATH": HERE, "PYTHONDONTWRITEBYTECODE": "1"}

    def missing(self):
        return None if os.access(CELERY_PYTHON, os.X_OK) else "run scripts/setup-interop peers-celery"


def stop(workers):
    """Stops the processes of a worker."""
    for worker in workers:
        worker.stop()


def check(workers):
    """Raises if one of them has ended."""
    for worker in workers:
        worker.check()
