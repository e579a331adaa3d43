"""Errors at each position, and what is called then: error callbacks."""

from celery import Signature, chain, chord, group
from celery.result import ResultBase

from ..table import Builder, case, immutable

# Chains


@case()
def failure_of_a_task(b: Builder) -> Signature:
    return b.fail()


@case()
def failure_of_a_kind_of_its_own(b: Builder) -> Signature:
    return b.task("fail_own")


@case()
def failure_of_the_first_of_a_chain(b: Builder) -> Signature:
    return chain(b.fail(), b.add(1), b.mul(2))


@case()
def failure_in_the_middle_of_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), b.fail(), b.add(1), b.mul(2))


@case()
def failure_of_the_last_of_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), b.add(1), b.fail())


@case(abandons=True)
def failure_before_a_group(b: Builder) -> Signature:
    return chain(b.fail(), group(b.add(1), b.add(2)))


@case()
def failure_before_a_chord(b: Builder) -> Signature:
    return chain(b.fail(), group(b.add(1), b.add(2)), b.total(), b.mul(2))


# Chords


@case()
def failure_of_the_first_part_of_a_header(b: Builder) -> Signature:
    return chord([b.fail(), b.add(1, 1), b.add(2, 2)], b.total())


@case()
def failure_of_the_last_part_of_a_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.add(2, 2), b.fail()], b.total())


@case()
def failure_of_all_parts_of_a_header(b: Builder) -> Signature:
    return chord([b.fail("first"), b.fail("second")], b.total())


@case()
def failure_of_a_body(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.add(2, 2)], b.fail())


@case()
def failure_of_a_header_before_a_chain(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.fail()], b.total()) | b.mul(2) | b.add(1)


@case()
def failure_of_a_header_before_a_chain_as_body(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.fail()], chain(b.total(), b.mul(2)))


@case()
def failure_of_a_header_before_a_group_as_body(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.fail()], group(b.total(), b.total(plus=1)))


@case(abandons=True)
def failure_of_a_header_before_a_chord_as_body(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.fail()], chord([b.total(), b.total(plus=1)], b.total()))


@case()
def failure_in_a_chain_of_a_header(b: Builder) -> Signature:
    return chord([chain(b.add(1, 1), b.fail(), b.mul(2)), b.add(2, 2)], b.total())


@case(abandons=True)
def failure_in_a_chord_of_a_header(b: Builder) -> Signature:
    return chord([chord([b.add(1, 1), b.fail()], b.total()), b.add(2, 2)], b.total())


@case()
def failure_in_a_group_at_the_end_of_a_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), chain(b.add(2, 2), group(b.add(1), b.fail()))], b.total())


@case()
def failure_in_the_second_of_two_groups(b: Builder) -> Signature:
    return group(b.add(1, 1), b.add(2, 2)) | group(b.total(), b.fail())


@case()
def failure_in_a_group_between_groups(b: Builder) -> Signature:
    return chain(group(b.add(1, 1), b.add(2, 2)), b.total(), group(b.add(1), b.fail()), b.total())


@case()
def failure_in_a_map(b: Builder) -> Signature:
    return b.map("fail", [1, 2])


# Error callbacks


@case(records=1)
def errback(b: Builder) -> ResultBase:
    return b.fail().apply_async(link_error=b.errback("failed"))


@case(records=3)
def three_errbacks(b: Builder) -> ResultBase:
    return b.fail().apply_async(link_error=[b.errback("a"), b.errback("b"), b.errback("c")])


@case(records=1)
def errback_that_sees_the_error(b: Builder) -> ResultBase:
    return b.fail("seen").apply_async(link_error=b.errback_inline("inline"))


@case(records=2)
def errbacks_of_both_kinds(b: Builder) -> ResultBase:
    return b.fail("seen").apply_async(link_error=[b.errback_inline("inline"), b.errback("message")])


@case(records=1)
def immutable_errback(b: Builder) -> ResultBase:
    return b.fail().apply_async(link_error=immutable(b.record("own", "arguments")))


@case(records=1)
def errback_knows_where_it_stands(b: Builder) -> ResultBase:
    return b.fail().apply_async(link_error=immutable(b.trace("errback")))


@case(records=1)
def errback_that_is_a_chain(b: Builder) -> ResultBase:
    return b.fail().apply_async(link_error=immutable(b.add(1, 1)) | b.record("end"))


@case(records=2)
def errback_that_is_a_group(b: Builder) -> ResultBase:
    return b.fail().apply_async(link_error=group(b.errback("a"), b.errback("b")))


@case(records=1)
def errback_that_fails(b: Builder) -> ResultBase:
    failing = b.task("failing_errback")
    failing.link_error(b.errback("of the errback"))
    return b.fail().apply_async(link_error=failing)


@case(records=1)
def errback_on_a_chain_whose_first_fails(b: Builder) -> ResultBase:
    return chain(b.fail(), b.add(1), b.mul(2)).apply_async(link_error=b.errback("chain"))


@case(records=1)
def errback_on_a_chain_whose_last_fails(b: Builder) -> Signature:
    flow = chain(b.add(1, 1), b.add(1), b.fail())
    flow.link_error(b.errback("chain"))
    return flow


@case(records=2)
def errbacks_on_a_chain_and_on_its_task(b: Builder) -> Signature:
    failing = b.fail()
    failing.link_error(b.errback("task"))
    flow = chain(b.add(1, 1), failing, b.add(1))
    flow.link_error(b.errback("chain"))
    return flow


@case(records=2)
def errback_on_a_group(b: Builder) -> Signature:
    flow = group(b.fail("a"), b.add(1, 1), b.fail("b"))
    flow.link_error(b.errback("group"))
    return flow


@case(records=1)
def errback_on_a_chord_whose_header_fails(b: Builder) -> Signature:
    flow = chord([b.add(1, 1), b.fail()], b.total())
    flow.link_error(b.errback("chord"))
    return flow


@case(records=1)
def errback_on_a_chord_whose_body_fails(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.add(2, 2)], b.fail().on_error(b.errback("body")))


@case(records=1)
def errback_that_sees_the_error_of_a_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.fail()], b.total().on_error(b.errback_inline("body")))


@case(records=1)
def errback_on_a_part_of_a_header(b: Builder) -> Signature:
    failing = b.fail()
    failing.link_error(b.errback("part"))
    return chord([b.add(1, 1), failing], b.total())


# On one member only: with more, Celery lists the error callbacks of the first as children of the second, too.
@case(records=1)
def errback_in_a_group_as_body(b: Builder) -> Signature:
    last = b.total(plus=1)
    last.link_error(b.errback("body"))
    return chord([b.add(1, 1), b.fail()], group(b.total(), last))


@case(records=1)
def errback_on_a_chain_with_a_chord(b: Builder) -> Signature:
    flow = chain(b.add(1, 1), group(b.add(1), b.fail()), b.total(), b.mul(2))
    flow.link_error(b.errback("chain"))
    return flow


# Ends that are neither


@case(ends=False)
def ignored_in_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), b.task("ignore"), b.mul(2))


@case(ends=False)
def ignored_in_a_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.task("ignore")], b.total())


@case(ends=False)
def rejected_in_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), b.task("reject"), b.mul(2))


@case(ends=False)
def rejected_in_a_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.task("reject")], b.total())


@case(records=2, ordered=True)
def rejected_and_run_again_in_a_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.task("reject_once", 5, log=b.log)], b.total())
