"""Canvases in canvases in canvases, four deep."""

from celery import Signature, chain, chord, group

from ..table import Builder, case


@case()
def chain_of_group_of_chord_of_chains(b: Builder) -> Signature:
    inner = chord([b.add(1) | b.mul(2), b.mul(3) | b.add(4)], b.total())
    return chain(b.add(1, 1), group(inner, b.mul(100)), b.total())


@case()
def chain_of_chord_of_chain_of_group(b: Builder) -> Signature:
    header = [chain(b.add(1), group(b.add(2), b.mul(3))), b.mul(5)]
    return chain(b.add(1, 1), chord(header, b.total()), b.mul(2))


@case()
def group_of_chain_of_chord_of_group(b: Builder) -> Signature:
    first = chain(b.add(1, 1), chord([group(b.add(1), b.add(2)), b.add(3)], b.total()), b.mul(2))
    return group(first, b.add(5, 5))


@case()
def group_of_chords_of_chains_of_chords(b: Builder) -> Signature:
    def deep(number: int) -> Signature:
        inner = chord([b.add(1), b.mul(2)], b.total())
        return chord([chain(b.add(number, 0), inner), b.add(number, number)], b.total())

    return group(deep(1), deep(2))


@case()
def chord_in_chord_in_chord_in_chord(b: Builder) -> Signature:
    flow = chord([b.add(1, 1), b.add(2, 2)], b.total())
    for number in range(3):
        flow = chord([flow, b.add(number, 10)], b.total())
    return flow


@case()
def chord_body_of_chord_body_of_chord_body(b: Builder) -> Signature:
    inner = chord([b.total(), b.total(plus=1)], b.total() | b.mul(2))
    middle = chord([b.total(), b.total(plus=10)], inner)
    return chord([b.add(1, 1), b.add(2, 2)], middle)


@case()
def chain_of_groups_of_chains_of_groups(b: Builder) -> Signature:
    def wide() -> Signature:
        return group(chain(b.collect(), group(b.collect("x"), b.collect("y"))), b.collect("z"))

    return chain(b.add(1, 1), wide(), b.collect("joined"))


@case()
def chain_of_four_groups_with_tasks_between(b: Builder) -> Signature:
    flow = b.add(1, 1)
    for number in range(4):
        flow |= group(b.add(number), b.mul(2)) | b.total()
    return flow


@case(abandons=True)
def failure_in_the_depth(b: Builder) -> Signature:
    inner = chord([b.add(1) | b.fail("deep"), b.mul(3)], b.total())
    return chain(b.add(1, 1), group(inner, b.mul(100)), b.total(), b.mul(2))


@case(abandons=True)
def failure_of_a_body_in_the_depth(b: Builder) -> Signature:
    inner = chord([b.add(1, 1), b.add(2, 2)], b.fail("deep body"))
    return chord([chord([inner, b.add(3, 3)], b.total()), b.add(4, 4)], b.total())


@case(records=1, abandons=True)
def errback_far_above_a_failure(b: Builder) -> Signature:
    inner = chord([b.add(1, 1), b.fail("deep")], b.total())
    outer = chord([inner, b.add(3, 3)], b.total())
    outer.link_error(b.errback("outer"))
    return outer
