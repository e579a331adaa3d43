"""One task after the other."""

from celery import Signature, chain, chord, group
from celery.result import ResultBase

from ..table import Builder, case, immutable


@case()
def one_task(b: Builder) -> Signature:
    return b.add(2, 3)


@case()
def keywords_only(b: Builder) -> Signature:
    return b.task("keywords", a=50, b=8)


@case()
def chain_of_two(b: Builder) -> Signature:
    return b.add(2, 2) | b.mul(10)


@case()
def chain_of_one(b: Builder) -> Signature:
    return chain(b.add(2, 2))


@case()
def chain_of_twenty(b: Builder) -> Signature:
    return chain(b.add(0, 1), *(b.add(1) for _ in range(19)))


@case()
def chain_spliced_into_chains(b: Builder) -> Signature:
    return chain(chain(b.add(1, 1), b.mul(3)), chain(b.add(4), chain(b.mul(5))))


@case()
def chain_with_arguments_of_its_own_after_the_result(b: Builder) -> Signature:
    return chain(b.collect("a", key="b"), b.collect("c", key="d"))


@case()
def chain_with_keywords_after_a_result(b: Builder) -> Signature:
    return chain(b.task("numbers", 3), b.total(plus=100))


@case()
def chain_called_with_arguments(b: Builder) -> ResultBase:
    return chain(b.add(4), b.mul(3)).apply_async((2,))


@case()
def chain_called_with_keywords(b: Builder) -> ResultBase:
    return chain(b.collect(1), b.collect(2)).apply_async((0,), {"key": "value"})


@case()
def chain_of_immutable_tasks(b: Builder) -> Signature:
    return chain(b.add(1, 1), immutable(b.add(20, 1)), immutable(b.collect()), b.collect("last"))


@case(records=4, ordered=True)
def chain_knows_parent_and_root(b: Builder) -> Signature:
    return chain(b.trace("a", 1), b.trace("b"), b.trace("c"), b.trace("d"))


@case(records=3, ordered=True)
def chain_with_priorities(b: Builder) -> Signature:
    return chain(b.trace("a", 1).set(priority=0), b.trace("b").set(priority=9), b.trace("c").set(priority=3))


@case(records=2, ordered=True)
def chain_called_with_a_priority(b: Builder) -> ResultBase:
    return chain(b.trace("a", 1), b.trace("b")).apply_async(priority=6)


@case(records=1)
def chain_through_ignored_results(b: Builder) -> Signature:
    return chain(b.add(1, 2), b.task("ignored"), b.record("after").set(ignore_result=False))


@case(records=2, ordered=True)
def chain_that_ignores_results_by_option(b: Builder) -> Signature:
    return chain(b.trace("a", 1).set(ignore_result=True), b.trace("b"))


@case(records=2, ordered=True)
def chain_with_stamps(b: Builder) -> ResultBase:
    flow = chain(b.trace("a", 1), b.trace("b"))
    flow.stamp(tenant="t1", stage=["x", "y"])
    return flow.apply_async()


@case(records=2, ordered=True)
def chain_with_a_stamp_on_one_task(b: Builder) -> Signature:
    stamped = b.trace("b")
    stamped.stamp(tenant="t2")
    return chain(b.trace("a", 1), stamped)


@case()
def chain_with_given_ids(b: Builder) -> Signature:
    frozen = chain(b.add(1, 2), b.add(3))
    frozen.freeze()
    return frozen


@case()
def task_that_sends_others(b: Builder) -> Signature:
    return b.send("sent", b.add(1, 2), b.add(3, 4) | b.mul(2)) | b.collect()


@case()
def task_that_sends_a_group_and_a_chord(b: Builder) -> Signature:
    return b.send("sent", group(b.add(1, 1), b.add(2, 2)), chord([b.add(1, 2), b.add(3, 4)], b.total()))


@case()
def mapped(b: Builder) -> Signature:
    return b.map("total", [[1, 2], [3, 4, [5]], []])


@case()
def starmapped(b: Builder) -> Signature:
    return b.starmap("add", [(1, 2), (3, 4), (5, 6)])


@case()
def starmapped_after_nothing(b: Builder) -> Signature:
    return b.starmap("add", [])


@case()
def chunked(b: Builder) -> Signature:
    return b.chunks("mul", [(number, number) for number in range(7)], 3)


@case()
def mapped_in_a_chain(b: Builder) -> Signature:
    return b.starmap("add", [(1, 2), (3, 4)]) | b.total(10)
