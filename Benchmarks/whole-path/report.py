"""Tables from records: the median of the runs with its extremes, and ratios that are taken run by run."""
from statistics import median

MEGABYTE = 1e6

# Title, field, factor, decimals.
COLUMNS = {
    "drain": [
        ("tasks/s", "tasks_per_second", 1, 0), ("worker CPU µs", "worker_cpu_us", 1, 1), ("Redis CPU µs", "redis_cpu_us", 1, 1),
        ("commands", "redis_commands", 1, 2), ("scripts", "script_calls", 1, 3), ("socket reads", "socket_reads", 1, 3),
        ("net B", "network_bytes", 1, 0), ("peak RSS MB", "peak_rss", 1 / MEGABYTE, 1), ("others' CPU %", "others_cpu", 100, 0),
    ],
    "enqueue": [
        ("tasks/s", "tasks_per_second", 1, 0), ("producer CPU µs", "producer_cpu_us", 1, 1),
        ("Redis CPU µs", "redis_cpu_us", 1, 1), ("commands", "redis_commands", 1, 2), ("net B", "network_bytes", 1, 0),
    ],
    "latency": [("p50 ms", "p50", 1, 2), ("p99 ms", "p99", 1, 2), ("min ms", "min", 1, 2), ("max ms", "max", 1, 2)],
    "delayed": [("p50 ms", "p50", 1, 2), ("p99 ms", "p99", 1, 2), ("min ms", "min", 1, 2), ("max ms", "max", 1, 2)],
    "idle": [
        ("commands/s", "commands_per_second", 1, 2), ("worker CPU %", "worker_cpu_percent", 1, 2),
        ("Redis CPU %", "redis_cpu_percent", 1, 2), ("RSS MB", "rss", 1 / MEGABYTE, 1),
    ],
}

TITLES = {
    "drain": "Drain: a full queue of add(2, 2), results stored; figures per task",
    "enqueue": "Enqueue: one producer; figures per task",
    "latency": "Latency at low load: from the push to the published result",
    "delayed": "Tasks due in one second: from that moment to the published result",
    "idle": "An idle worker of three queues",
}


def tables(records):
    """Every measure that was taken, as a table in Markdown."""
    return "\n".join(table(measure, of(records, measure)) for measure in TITLES if of(records, measure))


def table(measure, records):
    """One row a system: median, and in brackets the lowest and highest of the runs."""
    columns = COLUMNS[measure]
    lines = [f"### {TITLES[measure]}", "", "| system | tasks | runs | " + " | ".join(title for title, *_ in columns) + " |"]
    lines.append("| --- | ---: | ---: |" + " ---: |" * len(columns))
    for system in dict.fromkeys(record["system"] for record in records):
        runs = [record for record in records if record["system"] == system]
        cells = [spread([run[field] * factor for run in runs], decimals) for _, field, factor, decimals in columns]
        lines.append(f"| {system} | {runs[0].get('tasks', '–')} | {len(runs)} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def ratios(records):
    """What ours is to Celery's best, as sentences with minimum, median and maximum over the runs."""
    lines = []
    drained = of(records, "drain")
    ours, theirs = best(drained, "taskctl"), best(drained, "celery")
    if ours and theirs:
        pairs = paired(drained, ours, theirs)
        lines.append(f"drain, {ours} : {theirs} = " + times(a["tasks_per_second"] / b["tasks_per_second"] for a, b in pairs))
        lines.append("worker CPU per task, theirs : ours = " + times(b["worker_cpu_us"] / a["worker_cpu_us"] for a, b in pairs))
        lines.append("Redis CPU per task, theirs : ours = " + times(b["redis_cpu_us"] / a["redis_cpu_us"] for a, b in pairs))
    sent = of(records, "enqueue")
    for name in dict.fromkeys(record["system"] for record in sent):
        if not name.startswith("celery"):
            pairs = paired(sent, name, "celery delay")
            lines.append(f"enqueue, {name} : celery delay = " + times(a["tasks_per_second"] / b["tasks_per_second"] for a, b in pairs))
    for measure in ("latency", "delayed"):
        found = of(records, measure)
        ours, theirs = best(found, "taskctl", "p50", min), best(found, "celery", "p50", min)
        if ours and theirs:
            lines.append(f"{measure} p50, {theirs} : {ours} = " + times(b["p50"] / a["p50"] for a, b in paired(found, ours, theirs)))
    return lines


def bars(records):
    """The first bars of the project, each with the figure and whether it is met."""
    drained, idled = of(records, "drain"), of(records, "idle")
    ours, theirs = best(drained, "taskctl"), best(drained, "celery")
    lines = []
    if ours and theirs:
        ratio = median(a["tasks_per_second"] / b["tasks_per_second"] for a, b in paired(drained, ours, theirs))
        lines.append(bar("drain, times Celery's best pool", ratio, ratio >= 20, "at least 20"))
    ours_drained = [record for record in drained if record["system"].startswith("taskctl")]
    if ours_drained:
        for title, field, limit in (("Redis commands per task", "redis_commands", 10), ("round trips per task", "script_calls", 1)):
            worst = max(record[field] for record in ours_drained)
            # The worker's upkeep, a command or two a second whatever the load, is counted too.
            lines.append(bar(f"{title}, the worst of all -c", worst, worst <= limit * 1.01, f"at most {limit} and upkeep"))
        peak = max(record["peak_rss"] for record in ours_drained) / MEGABYTE
        lines.append(bar("resident memory at the end of a drain, MB", peak, peak < 60, "below 60"))
    for record in idled:
        if record["system"].startswith("taskctl"):
            rate, memory = record["commands_per_second"], record["rss"] / MEGABYTE
            lines.append(bar("idle: Redis commands per second", rate, rate < 2, "below 2"))
            lines.append(bar("idle: resident memory, MB", memory, memory < 60, "below 60"))
    return lines


def bar(title, value, is_met, limit):
    """One line of the list of bars."""
    return f"{'met    ' if is_met else 'NOT MET'} {title}: {value:.2f} ({limit})"


def of(records, measure):
    """The records of one measure."""
    return [record for record in records if record["measure"] == measure]


def best(records, prefix, field="tasks_per_second", choose=max):
    """The system with the best median among those whose name begins so."""
    names = {record["system"] for record in records if record["system"].startswith(prefix)}
    return choose(
        sorted(names), default=None, key=lambda name: median(record[field] for record in records if record["system"] == name)
    )


def paired(records, ours, theirs):
    """The records of two systems, run by run."""
    by_run = {(record["system"], record["run"]): record for record in records}
    return [(by_run[ours, run], by_run[theirs, run]) for name, run in by_run if name == ours and (theirs, run) in by_run]


def spread(values, decimals):
    """`median [lowest–highest]`, or the one value."""
    text = f"{median(values):,.{decimals}f}"
    return text if len(values) == 1 else f"{text} [{min(values):,.{decimals}f}–{max(values):,.{decimals}f}]"


def times(values):
    """Minimum, median and maximum of ratios."""
    ordered = sorted(values)
    return f"{ordered[0]:.1f} / {median(ordered):.1f} / {ordered[-1]:.1f} (min / median / max)" if ordered else "no pair of runs"
