"""Tables from records: the median of the runs with its extremes, and ratios that are taken run by run."""
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Column:
    """A figure of a record, and how it is shown."""

    title: str
    field: str
    decimals: int
    factor: float = 1


@dataclass(frozen=True)
class Measure:
    """A kind of record."""

    title: str
    columns: list[Column] = field(default_factory=list)


MEGABYTE = 1e-6
DRAIN = [
    Column("tasks/s", "tasks_per_second", 0), Column("worker CPU µs", "worker_cpu_us", 1),
    Column("Redis CPU µs", "redis_cpu_us", 1), Column("commands", "redis_commands", 2), Column("scripts", "script_calls", 3),
    Column("socket reads", "socket_reads", 3), Column("net B", "network_bytes", 0),
    Column("peak RSS MB", "peak_rss", 1, MEGABYTE), Column("others' CPU %", "others_cpu", 0, 100),
]
LATENCY = [
    Column(f"{moment} {rank} ms", f"{moment}_{rank}", 2) for moment in ("start", "result") for rank in ("p50", "p99", "max")
]
# In the order in which they are reported.
MEASURES = {
    "drain": Measure("Drain: a full queue of add(2, 2), results stored; figures per task", DRAIN),
    "drain-plain": Measure("Drain without results; figures per task", DRAIN),
    "loads": Measure("Drain of other tasks: arguments of 1 KB and 100 KB, and tasks that wait for 1 ms; figures per task", DRAIN),
    "scaling": Measure("Drain by one, two and four workers; figures per task", DRAIN),
    "backlog": Measure("The first 20,000 tasks of queues of different lengths; figures per task", DRAIN),
    "enqueue": Measure("Enqueue: one producer; figures per task", [
        Column("tasks/s", "tasks_per_second", 0), Column("producer CPU µs", "producer_cpu_us", 1),
        Column("Redis CPU µs", "redis_cpu_us", 1), Column("commands", "redis_commands", 3), Column("net B", "network_bytes", 0),
    ]),
    "latency": Measure("Latency at low load: from the call to the task's first line, and to the result in the producer's hands", LATENCY),
    "crowd": Measure("Latency with sixteen idle workers", LATENCY),
    "delayed": Measure("Tasks due in one second: how late they start", [
        Column(f"{rank} ms", f"late_{rank}", 2) for rank in ("p50", "p99", "min", "max")
    ]),
    "startup": Measure("From the start of a worker to the result of a task that has waited", [Column("ms", "startup_ms", 0)]),
    "soak": Measure("Resident memory of a worker during a million tasks, after the first tenth and at the end", [
        Column("early MB", "rss_early", 1, MEGABYTE), Column("late MB", "rss_late", 1, MEGABYTE),
        Column("growth MB", "rss_growth", 1, MEGABYTE),
    ]),
    "far-off": Measure("A worker that is given a million tasks that are due in an hour", [
        Column("seconds", "seconds", 1), Column("RSS before MB", "rss_before", 1, MEGABYTE),
        Column("RSS after MB", "rss_after", 1, MEGABYTE), Column("growth MB", "rss_growth", 1, MEGABYTE),
    ]),
    "idle": Measure("An idle worker of three queues", [
        Column("commands/s", "commands_per_second", 2), Column("worker CPU %", "worker_cpu_percent", 2),
        Column("Redis CPU %", "redis_cpu_percent", 2), Column("RSS MB", "rss", 1, MEGABYTE),
        Column("PSS MB", "pss", 1, MEGABYTE),
    ]),
}


def tables(records):
    """Every measure that was taken, as a table in Markdown."""
    return "\n".join(table(measure, of(records, name)) for name, measure in MEASURES.items() if of(records, name))


def table(measure, records):
    """One row a system: median, and in brackets the lowest and highest of the runs."""
    titles = " | ".join(column.title for column in measure.columns)
    lines = [f"### {measure.title}", "", f"| system | tasks | runs | {titles} |"]
    lines.append("| --- | ---: | ---: |" + " ---: |" * len(measure.columns))
    for system in dict.fromkeys(record["system"] for record in records):
        runs = [record for record in records if record["system"] == system]
        cells = [spread([run[column.field] * column.factor for run in runs], column.decimals) for column in measure.columns]
        tasks = f"{runs[0]['tasks']:,}" if "tasks" in runs[0] else "–"
        lines.append(f"| {system} | {tasks} | {len(runs)} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def ratios(records):
    """What ours is to the C program, to Celery's best and to the fastest peer: minimum, median and maximum over the runs."""
    lines = []
    for measure in ("drain", "drain-plain"):
        taken = of(records, measure)
        ours = best(taken, "taskbroker")
        for theirs in (best(taken, "speed of light"), best(taken, "celery"), fastest_peer(taken)):
            if ours and theirs:
                lines.append(f"{measure}, {ours} : {theirs} = " + times(ratio(taken, ours, theirs)))
                for field in ("worker_cpu_us", "redis_cpu_us"):
                    lines.append(f"{measure}, {field}, {theirs} : {ours} = " + times(ratio(taken, theirs, ours, field)))
    sent = of(records, "enqueue")
    for ours, theirs in (("taskbroker, delay awaited", "C, one by one"), ("taskbroker, apply(contentsOf:)", "C, in bulk"),
                         ("taskbroker, delay awaited", "celery, delay"), ("taskbroker, apply(contentsOf:)", "celery, delay")):
        if pairs := ratio(sent, ours, theirs):
            lines.append(f"enqueue, {ours} : {theirs} = " + times(pairs))
    return lines


def of(records, measure):
    """The records of one measure."""
    return [record for record in records if record["measure"] == measure]


def best(records, prefix, without=" --hosts "):
    """The fastest by its median among those whose name begins so."""
    return fastest(records, lambda name: name.startswith(prefix) and without not in name)


def fastest_peer(records):
    """The fastest system that is neither ours nor Celery's nor the C program."""
    return fastest(records, lambda name: not name.startswith(("taskbroker", "celery", "speed of light")))


def fastest(records, condition):
    """The system with the highest median rate among those that a condition holds for."""
    names = sorted({record["system"] for record in records if condition(record["system"])})
    return max(names, default=None, key=lambda name: median(run["tasks_per_second"] for run in records if run["system"] == name))


def ratio(records, ours, theirs, field="tasks_per_second"):
    """The ratios of two systems, run by run."""
    by_run = {(record["system"], record["run"]): record for record in records}
    pairs = [(by_run[ours, run], by_run[theirs, run]) for name, run in by_run if name == ours and (theirs, run) in by_run]
    return [a[field] / b[field] for a, b in pairs]


def spread(values, decimals):
    """`median [lowest–highest]`, or the one value."""
    text = f"{median(values):,.{decimals}f}"
    return text if len(values) == 1 else f"{text} [{min(values):,.{decimals}f}–{max(values):,.{decimals}f}]"


def times(values):
    """Minimum, median and maximum of ratios."""
    ordered = sorted(values)
    return f"{ordered[0]:.2f} / {median(ordered):.2f} / {ordered[-1]:.2f} (min / median / max)" if ordered else "no pair of runs"
