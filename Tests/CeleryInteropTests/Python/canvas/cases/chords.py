"""A body with the results of a header."""

from celery import Signature, chain, chord, group
from celery.result import ResultBase

from ..table import Builder, case, immutable


def sums(b: Builder, *numbers: int) -> list[Signature]:
    return [b.add(number, number) for number in numbers]


@case()
def chord_of_two(b: Builder) -> Signature:
    return chord(sums(b, 1, 2), b.total())


@case()
def chord_of_one(b: Builder) -> Signature:
    return chord(sums(b, 1), b.total())


@case()
def chord_of_none(b: Builder) -> Signature:
    return chord([], b.total())


@case()
def chord_keeps_the_order_of_its_header(b: Builder) -> Signature:
    slow = b.add(0, 0).set(countdown=0.3)
    return chord([slow, *sums(b, 1, 2, 3, 4)], b.collect())


@case(records=1)
def chord_runs_its_body_once(b: Builder) -> Signature:
    return chord(sums(b, *range(20)), b.record("body"))


@case(records=3)
def chord_knows_group_and_parents(b: Builder) -> Signature:
    return chord([b.trace("header", 1), b.trace("header", 2)], b.trace("body"))


@case()
def chord_called_with_arguments(b: Builder) -> ResultBase:
    return chord([b.add(1), b.mul(2)], b.collect("own")).apply_async((10,))


@case()
def chord_by_calling_the_header(b: Builder) -> ResultBase:
    return chord(sums(b, 1, 2))(b.total())


@case()
def chord_with_an_immutable_body(b: Builder) -> Signature:
    return chord(sums(b, 1, 2), immutable(b.collect("alone")))


@case()
def chord_with_keywords_in_the_body(b: Builder) -> Signature:
    return chord(sums(b, 1, 2), b.total(plus=100))


@case()
def chord_with_a_chain_as_body(b: Builder) -> Signature:
    return chord(sums(b, 1, 2), chain(b.total(), b.mul(2), b.add(1)))


@case()
def chord_with_a_group_as_body(b: Builder) -> Signature:
    return chord(sums(b, 1, 2), group(b.total(), b.total(plus=1)))


@case()
def chord_with_a_chord_as_body(b: Builder) -> Signature:
    return chord(sums(b, 1, 2), chord([b.total(), b.total(plus=1)], b.collect()))


@case()
def chord_with_a_chain_ending_in_a_group_as_body(b: Builder) -> Signature:
    return chord(sums(b, 1, 2), chain(b.total(), group(b.add(1), b.mul(3))))


@case()
def chord_with_chains_as_header(b: Builder) -> Signature:
    return chord([b.add(1, 1) | b.mul(2), b.add(2, 2) | b.mul(3)], b.collect())


@case()
def chord_with_a_header_ending_in_a_group(b: Builder) -> Signature:
    return chord([b.add(1, 1), chain(b.add(2, 2), group(b.add(1), b.mul(5)))], b.collect())


@case()
def chord_with_groups_as_header(b: Builder) -> Signature:
    return chord([group(sums(b, 1, 2)), group(sums(b, 3, 4))], b.collect())


@case()
def chord_with_a_chord_in_its_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), chord(sums(b, 2, 3), b.total())], b.collect())


@case()
def chord_with_only_chords_in_its_header(b: Builder) -> Signature:
    return chord([chord(sums(b, 1, 2), b.total()), chord(sums(b, 3, 4), b.total())], b.total())


@case()
def chord_with_a_chord_with_a_chain_body_in_its_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), chord(sums(b, 2, 3), b.total() | b.mul(2))], b.collect())


@case()
def chord_with_a_map_in_its_header(b: Builder) -> Signature:
    return chord([b.starmap("add", [(1, 2), (3, 4)]), b.add(5, 5)], b.collect())


@case()
def chord_over_chunks(b: Builder) -> Signature:
    return chord(b.chunks("mul", [(number, number) for number in range(5)], 2), b.total())


@case()
def chord_and_a_task(b: Builder) -> Signature:
    return chord(sums(b, 1, 2), b.total()) | b.mul(10)


@case()
def chord_and_a_group(b: Builder) -> Signature:
    return chord(sums(b, 1, 2), b.total()) | group(b.mul(10), b.add(1))


@case()
def chord_and_a_chord(b: Builder) -> Signature:
    return chord(sums(b, 1, 2), b.total()) | chord([b.mul(10), b.add(1)], b.total())


@case()
def chord_after_a_task(b: Builder) -> Signature:
    return b.add(1, 1) | chord([b.add(1), b.mul(5)], b.total())


@case()
def chord_between_tasks(b: Builder) -> Signature:
    return chain(b.add(1, 1), chord([b.add(1), b.mul(5)], b.total()), b.mul(3))


@case()
def chord_with_an_ignored_result_in_its_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.task("ignored", 7)], b.collect())


@case(records=1, ends=False)
def chord_that_ignores_the_result_of_its_body(b: Builder) -> Signature:
    return chord(sums(b, 1, 2), b.record("body").set(ignore_result=True))


@case(records=3)
def chord_with_stamps(b: Builder) -> ResultBase:
    flow = chord([b.trace("header", 1), b.trace("header", 2)], b.trace("body"))
    flow.stamp(tenant="t1")
    return flow.apply_async()


@case(records=3)
def chord_called_with_a_priority(b: Builder) -> ResultBase:
    return chord([b.trace("header", 1), b.trace("header", 2)], b.trace("body")).apply_async(priority=9)


@case()
def chord_of_two_thousand(b: Builder) -> Signature:
    return chord((b.add(number, 1) for number in range(2000)), b.total())
