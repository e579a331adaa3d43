"""What is called after a task: callbacks."""

from celery import Signature, chain, chord, group
from celery.result import ResultBase

from ..table import Builder, case, immutable


@case(records=1)
def link(b: Builder) -> ResultBase:
    return b.add(1, 2).apply_async(link=b.record("linked"))


@case(records=1)
def link_with_arguments(b: Builder) -> ResultBase:
    return b.add(1, 2).apply_async(link=b.record("linked", "own"))


@case(records=1)
def immutable_link(b: Builder) -> ResultBase:
    return b.add(1, 2).apply_async(link=immutable(b.record("linked", "own")))


@case(records=3)
def three_links(b: Builder) -> ResultBase:
    return b.add(1, 2).apply_async(link=[b.trace("a"), b.trace("b"), b.trace("c")])


@case(records=1)
def link_to_a_chain(b: Builder) -> ResultBase:
    return b.add(1, 2).apply_async(link=b.mul(10) | b.record("end"))


@case(records=2)
def link_to_a_group(b: Builder) -> ResultBase:
    return b.add(1, 2).apply_async(link=group(b.record("a"), b.record("b")))


@case(records=3)
def links_to_a_group_and_a_task(b: Builder) -> ResultBase:
    return b.add(1, 2).apply_async(link=[group(b.record("a"), b.record("b")), b.record("c")])


@case(records=1)
def link_to_a_chord(b: Builder) -> ResultBase:
    return b.add(1, 2).apply_async(link=chord([b.add(1), b.mul(2)], b.record("body")))


@case(records=2, ordered=True)
def link_of_a_link(b: Builder) -> Signature:
    first = b.record("first")
    first.link(b.record("second"))
    flow = b.add(1, 2)
    flow.link(first)
    return flow


@case(records=1)
def link_on_a_chain(b: Builder) -> Signature:
    flow = chain(b.add(1, 2), b.mul(2))
    flow.link(b.record("linked"))
    return flow


@case(records=1)
def link_given_when_a_chain_is_called(b: Builder) -> ResultBase:
    return chain(b.add(1, 2), b.mul(2)).apply_async(link=b.record("linked"))


@case(records=2)
def links_inside_a_chain(b: Builder) -> Signature:
    first, second = b.add(1, 2), b.mul(2)
    first.link(b.record("of the first"))
    second.link(b.record("of the second"))
    return chain(first, second)


@case(records=1)
def link_on_a_group(b: Builder) -> Signature:
    flow = group(b.add(1, 2), b.add(3, 4))
    flow.link(b.record("linked"))
    return flow


@case(records=1)
def link_on_a_chord(b: Builder) -> Signature:
    flow = chord([b.add(1, 2), b.add(3, 4)], b.total())
    flow.link(b.record("linked"))
    return flow


@case(records=1)
def link_given_when_a_chord_is_called(b: Builder) -> ResultBase:
    return chord([b.add(1, 2), b.add(3, 4)], b.total()).apply_async(link=b.record("linked"))


@case(records=2)
def links_on_the_parts_of_a_header(b: Builder) -> Signature:
    parts = [b.add(1, 2), b.add(3, 4)]
    for part in parts:
        part.link(b.record("of a part"))
    return chord(parts, b.total())


@case(records=1)
def link_is_not_called_after_a_failure(b: Builder) -> ResultBase:
    return b.fail().apply_async(link=b.record("never"), link_error=b.errback("failed"))


@case(records=1)
def link_that_fails(b: Builder) -> ResultBase:
    failing = b.fail("in the link")
    failing.link_error(b.errback("of the link"))
    return b.add(1, 2).apply_async(link=failing)


@case(records=1)
def link_after_a_retry(b: Builder) -> ResultBase:
    return b.retry(5, times=1).apply_async(link=b.record("linked"))
