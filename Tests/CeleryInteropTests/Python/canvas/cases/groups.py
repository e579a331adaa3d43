"""Tasks side by side."""

from celery import Signature, chain, group
from celery.result import GroupResult, ResultBase

from ..table import Builder, case, immutable


@case()
def group_of_three(b: Builder) -> Signature:
    return group(b.add(1, 1), b.add(2, 2), b.mul(3, 3))


@case()
def group_of_one(b: Builder) -> Signature:
    return group(b.add(1, 1))


@case()
def group_of_none(b: Builder) -> Signature:
    return group([])


@case()
def group_from_a_generator(b: Builder) -> Signature:
    return group(b.mul(number, number) for number in range(5))


@case()
def group_in_a_group(b: Builder) -> Signature:
    return group(b.add(1, 0), group(b.add(2, 0), b.add(3, 0), group(b.add(4, 0), b.add(5, 0))), b.add(6, 0))


@case()
def group_of_chains(b: Builder) -> Signature:
    return group(b.add(1, 1) | b.mul(2), b.add(2, 2) | b.mul(3) | b.add(4))


@case()
def group_of_chords(b: Builder) -> Signature:
    return group(group(b.add(1, 1), b.add(2, 2)) | b.total(), group(b.add(3, 3), b.add(4, 4)) | b.total())


@case()
def group_of_an_empty_group_and_a_task(b: Builder) -> Signature:
    return group(group([]), b.add(1, 2))


@case()
def group_called_with_arguments(b: Builder) -> ResultBase:
    return group(b.add(1), b.add(2), immutable(b.add(3, 3))).apply_async((10,))


@case()
def group_partial_with_arguments(b: Builder) -> ResultBase:
    return group(b.add(), b.mul()).apply_async((10, 4))


@case(records=3)
def group_knows_its_index(b: Builder) -> Signature:
    return group(b.trace(tag, 1) for tag in "abc")


@case(records=3)
def group_called_with_a_priority(b: Builder) -> ResultBase:
    return group(b.trace("a", 1), b.trace("b", 2), b.trace("c", 3).set(priority=3)).apply_async(priority=9)


@case(records=2)
def group_with_stamps(b: Builder) -> ResultBase:
    members = group(b.trace("a", 1), b.trace("b", 2))
    members.stamp(tenant="t1")
    return members.apply_async()


@case(records=2, ends=False)
def group_that_ignores_results(b: Builder) -> Signature:
    return group(b.record("a", 1).set(ignore_result=True), b.record("b", 2))


@case()
def group_saved_and_restored(b: Builder) -> ResultBase:
    result = group(b.add(1, 1), b.add(2, 2) | b.mul(2)).apply_async()
    result.save()
    return GroupResult.restore(result.id, app=b.app)


@case()
def group_with_a_failing_member(b: Builder) -> Signature:
    return group(b.add(1, 1), b.fail(), b.add(2, 2))


@case()
def group_with_a_countdown(b: Builder) -> ResultBase:
    return group(b.add(1, 1), b.add(2, 2)).apply_async(countdown=0.3)


@case()
def group_of_maps(b: Builder) -> Signature:
    return group(b.starmap("add", [(1, 2)]), b.map("total", [[1], [2]]))


@case()
def group_of_two_thousand(b: Builder) -> Signature:
    return group(b.add(number, 1) for number in range(2000))


# In chains


@case()
def group_at_the_end_of_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), group(b.add(10), b.mul(10)))


@case()
def group_of_one_at_the_end_of_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), group(b.add(10)))


@case()
def group_in_the_middle_of_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), group(b.add(10), b.mul(10)), b.total(), b.mul(2))


@case()
def group_at_the_start_of_a_chain(b: Builder) -> Signature:
    return chain(group(b.add(1, 1), b.add(2, 2)), b.total())


@case()
def group_after_group(b: Builder) -> Signature:
    return group(b.add(1, 1), b.add(2, 2)) | group(b.collect("a"), b.collect("b"))


# Not three groups in a row: Celery calls the third once for each member of the second, with the same ids.
@case()
def group_after_group_with_a_task_between(b: Builder) -> Signature:
    return chain(group(b.add(1, 1), b.add(2, 2)), b.total(), group(b.collect("a"), b.collect("b")))


@case()
def group_after_group_and_a_task(b: Builder) -> Signature:
    return chain(group(b.add(1, 1), b.add(2, 2)), group(b.total(), b.total(plus=1)), b.total())


@case()
def group_of_one_in_the_middle_of_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), group(b.add(10)), b.mul(2))


@case()
def group_of_none_in_the_middle_of_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), group([]), b.mul(2))
