"""What is measured of whom, and in which order."""
from dataclasses import dataclass
from typing import Callable

import drains
import latencies
import peers
import producers
import rests
from systems import Celery, SpeedOfLight, TaskBroker

LIGHT = SpeedOfLight("speed of light (C)")
OURS = [
    TaskBroker("taskbroker -c 1", concurrency=1, share=0.2),
    *(TaskBroker(f"taskbroker -c {count}", concurrency=count) for count in (8, 64, 128, 256)),
    *(TaskBroker(f"taskbroker -c {count} --hosts 1", concurrency=count, hosts=1) for count in (64, 128, 256)),
]
CELERY = [
    Celery("celery prefork -c 2", concurrency=2, share=0.05),
    Celery("celery solo", pool="solo", share=0.04),
    Celery("celery threads -c 10", pool="threads", concurrency=10, share=0.03),
    # The most that Celery gets out of two cores.
    Celery("celery 2 x solo", copies=2, pool="solo", share=0.06),
]
PEERS = peers.load()
SYSTEMS = {system.name: system for system in (LIGHT, *OURS, *CELERY, *PEERS)}
# For whatever is measured of one of ours only.
SAMPLE, SAMPLE_HOSTS = SYSTEMS["taskbroker -c 64"], SYSTEMS["taskbroker -c 64 --hosts 1"]
LOADS = ("1 KB", "100 KB", "1 ms")
# Whose drain of other tasks is worth a comparison: the best of each family, by the drain of `add`.
LOADED = [
    SAMPLE, SAMPLE_HOSTS, SYSTEMS["celery 2 x solo"],
    *(peer for peer in PEERS if peer.folder in ("sidekiq", "dramatiq", "taskiq")),
]


@dataclass(frozen=True)
class Step:
    """One thing to measure."""

    measure: str
    system: str
    run: int
    take: Callable[[], dict]


def steps(options, server, scratch):
    """Everything to do. Within a run the systems take turns, so that all see the same machine."""
    for run in range(options.runs):
        yield from repeated(options, server, scratch, run)
    yield from once(options, server, scratch)


def repeated(options, server, scratch, run):
    """What changes from run to run."""

    def step(measure, system, take, *words, label=None):
        return Step(measure, label or system.name, run, lambda: take(system, server, scratch, *words))

    tasks = options.tasks
    for system in wanted(options, "drain", [LIGHT, *OURS, *CELERY, *PEERS]):
        if system.has_results:
            yield step("drain", system, drains.drain, size(tasks, system))
    for system in wanted(options, "drain-plain", [LIGHT, *OURS[2:], *CELERY, *PEERS]):
        yield step("drain-plain", system, drains.drain, size(tasks, system), "add", False)
    for load in LOADS:
        for system in wanted(options, "loads", LOADED):
            count = max(200, size(tasks, system) // {"1 KB": 2, "100 KB": 50, "1 ms": 5}[load])
            yield step("loads", system, drains.drain, count, load, system.has_results, label=f"{load}: {system.name}")
    for name, share, measure in enqueuing():
        if wanted(options, "enqueue", [name]):
            yield Step("enqueue", name, run, lambda: measure(server, scratch, int(tasks * share)))
    singles = options.singles
    pairs = [TaskBroker("taskbroker -c 8", concurrency=8), TaskBroker("taskbroker -c 8 --hosts 1", concurrency=8, hosts=1)]
    for system in wanted(options, "latency", [*pairs, *CELERY[:2], *(peer for peer in PEERS if peer.has_results)]):
        yield step("latency", system, latencies.latency, int(singles * system.single_share))
    for system in wanted(options, "delayed", [*pairs, *CELERY[:2]]):
        yield step("delayed", system, latencies.delayed, 50)
    for system in wanted(options, "startup", [*pairs, *CELERY[:2]]):
        yield step("startup", system, latencies.startup)


def once(options, server, scratch):
    """What takes long, or is no matter of speed."""

    def step(measure, system, take, *words, label=None):
        return Step(measure, label or system.name, 0, lambda: take(system, server, scratch, *words))

    crowd = TaskBroker("taskbroker, 16 x -c 8 --hosts 1", copies=16, concurrency=8, hosts=1)
    for system in wanted(options, "crowd", [crowd]):
        yield step("crowd", system, latencies.latency, options.singles)
    for copies in (1, 2, 4):
        for system in wanted(options, "scaling", [TaskBroker(f"taskbroker, {copies} x -c 64", copies=copies, concurrency=64)]):
            yield step("scaling", system, drains.drain, options.tasks)
    for waiting in (1_000, 10_000, 100_000, 1_000_000) if not options.brief else (1_000, 100_000):
        for system in wanted(options, "backlog", [SAMPLE]):
            yield step("backlog", system, drains.backlog, waiting, 20_000, label=f"{system.name}, {waiting:,} waiting")
    million = 100_000 if options.brief else 1_000_000
    for system in wanted(options, "soak", [SAMPLE, SAMPLE_HOSTS]):
        yield step("soak", system, drains.soak, million, million // 10)
    for system in wanted(options, "far-off", [SAMPLE]):
        yield step("far-off", system, rests.far_off, million)
    resting = [TaskBroker("taskbroker -c 8", concurrency=8), TaskBroker("taskbroker -c 8 --hosts 1", concurrency=8, hosts=1)]
    for system in wanted(options, "idle", [*resting, *CELERY[:2]]):
        # Twice the longest time after which an idle worker does something anyway: it waits for messages for 45 s at a time.
        yield step("idle", system, rests.idle, *((5, 3) if options.brief else (90, 8)))


def enqueuing():
    """The producers: name, part of the tasks of a drain, and how they are measured."""
    yield "C, one by one", 0.4, producers.light_measure("roundtrip")
    yield "C, in bulk", 2, producers.light_measure("enqueue")
    yield "taskbroker, delay awaited", 0.2, producers.ours("awaited")
    yield "taskbroker, delay awaited on any thread", 0.2, producers.ours("awaited", "--hops")
    yield "taskbroker, apply(contentsOf:)", 2, producers.ours("bulk", "--hops")
    yield "taskbroker, send --from", 1, producers.send_from_file
    yield "celery, delay", 0.1, producers.celery
    for peer in PEERS:
        yield f"{peer.folder}, one by one", 0.1, producers.of_peer(peer, "single")
        yield f"{peer.folder}, in bulk", peer.share, producers.of_peer(peer, "bulk")


def size(tasks, system):
    """How many tasks a system drains."""
    return max(500, int(tasks * system.share))


def wanted(options, measure, candidates):
    """The systems that a measure is taken of: those that are there, and that the command line asks for."""
    if measure not in options.only:
        return []
    words = options.systems.split(",") if options.systems else [""]
    names = [getattr(system, "name", system) for system in candidates]
    return [
        system for system, name in zip(candidates, names)
        if any(word in name for word in words) and family(name) not in options.absent
    ]


def family(name):
    """What the names of a system and of its producers begin with."""
    return name.split()[0].rstrip(",")
