"""The systems that are compared: how their workers are started and how many tasks each is given."""
import os
import sys
import uuid
from dataclasses import dataclass

from children import Child

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TASKCTL = os.path.join(ROOT, ".build", "release", "taskctl")
CELERY_PYTHON = os.path.join(ROOT, ".interop", "celery", "bin", "python")


@dataclass(frozen=True)
class System:
    """A kind of worker, and how many processes of it work side by side."""

    name: str
    copies: int = 1

    def command(self, url, queues, node):
        """The command line of one worker."""
        raise NotImplementedError

    def start(self, server, directory, queues):
        """Starts the worker's processes."""
        workers = []
        try:
            for copy in range(self.copies):
                node = f"{uuid.uuid4().hex[:8]}-{copy}"
                command = self.command(server.url, ",".join(queues), node)
                workers.append(Child(f"worker {self.name} {node}".replace(" ", "-"), command, directory, self.environment(server)))
        except BaseException:
            stop(workers)
            raise
        return workers

    def environment(self, server):
        """Variables that a worker or a producer needs."""
        return {}


@dataclass(frozen=True)
class TaskBroker(System):
    """`taskctl worker`; tasks run in processes of their own, as many as it wants, or in the worker's if there are none."""

    concurrency: int = 1
    hosts: int | None = None

    def command(self, url, queues, node):
        command = [TASKCTL, "worker", "-b", url, "-Q", queues, "-c", str(self.concurrency), "-n", node, "-l", "WARNING"]
        return command if self.hosts is None else [*command, "--hosts", str(self.hosts)]


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

    def environment(self, server):
        return {"BENCH_URL": server.url, "PYTHONPATH": HERE, "PYTHONDONTWRITEBYTECODE": "1"}


OURS = [TaskBroker(f"taskctl -c {count}", concurrency=count) for count in (1, 8, 64, 128)] + [
    TaskBroker(f"taskctl -c {count} --hosts {hosts}", concurrency=count, hosts=hosts) for count in (8, 128) for hosts in (0, 1)
]
CELERY = [
    Celery("celery prefork -c 2", concurrency=2),
    Celery("celery solo", pool="solo"),
    Celery("celery threads -c 10", pool="threads", concurrency=10),
    Celery("celery 2 x solo", copies=2, pool="solo"),
]


def stop(workers):
    """Stops the processes of a worker."""
    for worker in workers:
        worker.stop()


def check(workers):
    """Raises if one of them has ended."""
    for worker in workers:
        worker.check()


def missing():
    """What has to be built or installed before anything can be measured."""
    return [path for path in (TASKCTL, CELERY_PYTHON) if not os.access(path, os.X_OK)]


if __name__ == "__main__":
    sys.exit("this is a module of scripts/bench")
