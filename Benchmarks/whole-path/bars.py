"""The bars of the project, each with its figure and whether it is met."""
from statistics import median

from report import MEGABYTE, best, fastest_peer, of, ratio


def lines(records):
    """One line for each bar that the records say something about."""
    return [
        f"{'met    ' if bar.is_met else 'NOT MET'} {bar.title}: {bar.value:.2f} ({bar.limit})"
        for bar in (*drained(records), *sent(records), *waited(records), *kept(records))
    ]


class Bar:
    """A figure and what it has to be at least, or at most."""

    def __init__(self, title, value, at_least=None, at_most=None):
        self.title, self.value = title, value
        self.is_met = value >= at_least if at_least is not None else value <= at_most
        self.limit = f"at least {at_least}" if at_least is not None else f"at most {at_most}"


def drained(records):
    """Rates as ratios to others of the same run, and what a task costs."""
    taken, plain = of(records, "drain"), of(records, "drain-plain")
    ours, light, celery = best(taken, "taskbroker"), best(taken, "speed of light"), best(taken, "celery")
    if not ours:
        return
    if light:
        yield Bar(f"drain, {ours} : C", median(ratio(taken, ours, light)), at_least=0.5)
        yield Bar("Redis CPU per task, ours : C", median(ratio(taken, ours, light, "redis_cpu_us")), at_most=1.3)
    if peer := fastest_peer(taken):
        yield Bar(f"drain, ours : {peer}", median(ratio(taken, ours, peer)), at_least=5)
    # Some peers have no results, so that they are compared where none are stored.
    bare, peer = best(plain, "taskbroker"), fastest_peer(plain)
    if bare and peer:
        yield Bar(f"drain without results, ours : {peer}", median(ratio(plain, bare, peer)), at_least=5)
    if celery:
        yield Bar(f"drain, ours : {celery}", median(ratio(taken, ours, celery)), at_least=60)
    hosted = [record for record in taken if "--hosts" in record["system"]]
    if hosts := best(hosted, "taskbroker", without="-c 1 "):
        yield Bar(f"drain, {hosts} : in-process", median(ratio(taken, hosts, ours)), at_least=0.6)
    mine = [record for record in taken if record["system"].startswith("taskbroker")]
    yield Bar("Redis commands per task, the worst of all -c", max(record["redis_commands"] for record in mine), at_most=10.1)
    yield Bar("round trips per task, the worst of all -c", max(record["script_calls"] for record in mine), at_most=1.01)


def sent(records):
    """Producers beside the C program."""
    taken = of(records, "enqueue")
    if bulk := ratio(taken, "taskbroker, apply(contentsOf:)", "C, in bulk"):
        yield Bar("bulk enqueue, ours : C", median(bulk), at_least=0.6)
    if single := ratio(taken, "C, one by one", "taskbroker, delay awaited"):
        yield Bar("one-by-one enqueue, the time of ours : a bare round trip", median(single), at_most=1.3)


def waited(records):
    """Latencies in milliseconds."""
    for title, measure, field, limit in (
        ("latency, start p50", "latency", "start_p50", 0.5), ("latency, start p99", "latency", "start_p99", 2),
        ("latency, result p50", "latency", "result_p50", 1), ("sixteen idle workers, start p50", "crowd", "start_p50", 2),
        ("delayed by 1 s, late p50", "delayed", "late_p50", 10),
    ):
        for system, values in ours(records, measure, field).items():
            yield Bar(f"{title} in ms, {system}", median(values), at_most=limit)


def kept(records):
    """What a worker needs that has nothing to do, or has had much to do."""
    for title, measure, field, factor, limit in (
        ("idle, Redis commands per second", "idle", "commands_per_second", 1, 2),
        ("idle, percent of a core", "idle", "worker_cpu_percent", 1, 0.5),
        # Worker and hosts share most of their pages, and RSS counts those once for each of them (docs/decisions/0012-benchmarks.md).
        ("idle, resident memory in MB, each page once", "idle", "pss", MEGABYTE, 40),
        ("RSS growth over a million tasks in MB", "soak", "rss_growth", MEGABYTE, 5),
        ("RSS growth with a million ETA messages in MB", "far-off", "rss_growth", MEGABYTE, 50),
    ):
        for system, values in ours(records, measure, field).items():
            yield Bar(f"{title}, {system}", median(values) * factor, at_most=limit)


def ours(records, measure, field):
    """The values of a field by system, of our own."""
    found = {}
    for record in of(records, measure):
        if record["system"].startswith("taskbroker"):
            found.setdefault(record["system"], []).append(record[field])
    return found
