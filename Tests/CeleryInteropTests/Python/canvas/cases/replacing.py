"""Canvases that a task puts in its place, or adds to its chord."""

from celery import Signature, chain, chord, group
from celery.result import ResultBase

from ..table import Builder, case, immutable


@case()
def replaced_by_a_task(b: Builder) -> Signature:
    return b.replace(b.add(1, 2))


@case()
def replaced_by_a_task_with_the_same_arguments(b: Builder) -> Signature:
    return b.replace(b.collect("own"), "given")


@case()
def replaced_by_a_chain(b: Builder) -> Signature:
    return b.replace(chain(b.add(1, 2), b.mul(10)))


@case()
def replaced_by_a_group(b: Builder) -> Signature:
    return b.replace(group(b.add(1, 2), b.add(3, 4)))


@case()
def replaced_by_a_chord(b: Builder) -> Signature:
    return b.replace(chord([b.add(1, 2), b.add(3, 4)], b.total()))


@case()
def replaced_by_a_chain_ending_in_a_group(b: Builder) -> Signature:
    return b.replace(chain(b.add(1, 2), group(b.add(1), b.mul(2))))


@case()
def replaced_twice(b: Builder) -> Signature:
    return b.replace(b.replace(b.collect("end"))) | b.collect("after")


@case()
def replaced_by_a_failing_task(b: Builder) -> Signature:
    return b.replace(b.fail("replacement")) | b.mul(2)


@case()
def replaced_at_the_start_of_a_chain(b: Builder) -> Signature:
    return chain(b.replace(b.add(1, 2)), b.mul(2), b.add(1))


@case()
def replaced_in_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), b.replace(b.add(1)), b.mul(2))


@case()
def replaced_at_the_end_of_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), b.replace(b.add(1)))


@case()
def replaced_by_a_chain_in_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), immutable(b.replace(chain(b.add(1, 2), b.mul(10)))), b.add(5))


@case()
def replaced_by_a_group_in_a_chain(b: Builder) -> Signature:
    return chain(immutable(b.replace(group(b.add(1, 2), b.add(3, 4)))), b.total())


@case()
def replaced_by_a_chord_in_a_chain(b: Builder) -> Signature:
    return chain(immutable(b.replace(chord([b.add(1, 2), b.add(3, 4)], b.total()))), b.mul(2))


@case()
def replaced_by_a_task_in_a_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.replace(b.add(2, 2))], b.collect())


@case()
def replaced_by_a_chain_in_a_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.replace(chain(b.add(2, 2), b.mul(3)))], b.collect())


@case()
def replaced_by_a_group_in_a_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.replace(group(b.add(2, 2), b.add(3, 3)))], b.collect())


@case()
def replaced_by_a_failing_task_in_a_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.replace(b.fail("replacement"))], b.collect())


@case()
def replaced_as_a_body(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.add(2, 2)], immutable(b.replace(b.add(3, 4)))) | b.mul(2)


@case(records=1)
def replaced_keeps_its_links(b: Builder) -> ResultBase:
    return b.replace(b.add(1, 2)).apply_async(link=b.record("linked"))


@case(records=1)
def replaced_keeps_its_errbacks(b: Builder) -> ResultBase:
    return b.replace(b.fail("replacement")).apply_async(link_error=b.errback("failed"))


@case(records=1)
def replaced_by_a_group_keeps_its_links(b: Builder) -> ResultBase:
    return b.replace(group(b.add(1, 2), b.add(3, 4))).apply_async(link=b.record("linked"))


@case(records=2, ordered=True)
def replaced_knows_where_it_stands(b: Builder) -> Signature:
    return chain(immutable(b.replace(b.trace("replacement", 1))), b.trace("after"))


@case()
def added_to_a_chord(b: Builder) -> Signature:
    adding = b.task("add_to_chord", 5, sig=b.add(10, 10))
    return chord([adding, b.add(1, 1)], b.total())


@case()
def added_to_a_chord_by_each_part(b: Builder) -> Signature:
    parts = [b.task("add_to_chord", number, sig=b.add(10, number)) for number in range(3)]
    return chord(parts, b.total())


@case()
def added_to_a_chord_and_failing(b: Builder) -> Signature:
    adding = b.task("add_to_chord", 5, sig=b.fail("added"))
    return chord([adding, b.add(1, 1)], b.total())


@case()
def added_outside_of_a_chord(b: Builder) -> Signature:
    return b.task("add_to_chord", 5, sig=b.add(10, 10))
