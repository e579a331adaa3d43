"""Retries, and what is due later or no more."""

import datetime

from celery import Signature, chain, chord, group
from celery.result import ResultBase

from ..table import UNHURRIED, Builder, case

# Retries


@case(records=3, ordered=True)
def retried_twice(b: Builder) -> Signature:
    return b.task("retry", 7, times=2, log=b.log)


@case()
def retried_too_often(b: Builder) -> Signature:
    return b.retry(7, times=9).set(retries=1)


@case(records=1)
def retried_too_often_with_an_errback(b: Builder) -> ResultBase:
    return b.retry(7, times=9).set(retries=2).apply_async(link_error=b.errback("exhausted"))


@case()
def retried_at_the_start_of_a_chain(b: Builder) -> Signature:
    return chain(b.retry(7, times=1), b.mul(2))


@case()
def retried_in_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), b.retry(times=1), b.mul(2))


@case()
def retried_at_the_end_of_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), b.retry(times=1))


@case()
def retried_too_often_in_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), b.retry(times=9).set(retries=2), b.mul(2))


@case()
def retried_in_a_group(b: Builder) -> Signature:
    return group(b.retry(1, times=1), b.retry(2, times=0), b.retry(3, times=2))


@case()
def retried_in_a_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.retry(5, times=1), b.retry(6, times=2)], b.collect())


@case()
def retried_too_often_in_a_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.retry(5, times=9).set(retries=2)], b.collect())


@case()
def retried_as_a_body(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.add(2, 2)], b.retry(times=1)) | b.collect()


@case()
def retried_in_a_chain_of_a_header(b: Builder) -> Signature:
    return chord([chain(b.add(1, 1), b.retry(times=1), b.mul(2)), b.add(3, 3)], b.collect())


@case(records=1)
def retried_with_stamps(b: Builder) -> ResultBase:
    flow = chain(b.retry(7, times=1), b.trace("after"))
    flow.stamp(tenant="t1")
    return flow.apply_async()


# Later


@case()
def countdown_in_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), b.mul(2).set(countdown=0.3), b.add(1))


@case()
def countdown_of_a_chain(b: Builder) -> ResultBase:
    return chain(b.add(1, 1), b.mul(2)).apply_async(countdown=0.3)


@case()
def eta_in_a_chain(b: Builder) -> Signature:
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=0.5)
    return chain(b.add(1, 1), b.mul(2).set(eta=soon), b.add(1))


@case()
def countdown_of_a_chord(b: Builder) -> ResultBase:
    return chord([b.add(1, 1), b.add(2, 2)], b.total()).apply_async(countdown=0.3)


@case()
def countdown_of_a_body(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.add(2, 2)], b.total().set(countdown=0.3))


@case()
def countdown_in_a_header(b: Builder) -> Signature:
    return chord([b.add(1, 1).set(countdown=0.3), b.add(2, 2)], b.total())


# No more


@case()
def expired(b: Builder) -> Signature:
    return late(b.add(1, 1))


@case()
def expired_at_the_start_of_a_chain(b: Builder) -> Signature:
    return chain(late(b.add(1, 1)), b.mul(2))


@case()
def expired_in_a_chain(b: Builder) -> Signature:
    return chain(b.add(1, 1), late(b.mul(2)), b.add(1))


@case()
def expired_in_a_header(b: Builder) -> Signature:
    return chord([b.add(1, 1), late(b.add(2, 2))], b.total())


@case()
def expired_as_a_body(b: Builder) -> Signature:
    return chord([b.add(1, 1), b.add(2, 2)], late(b.total()))


@case()
def expired_in_a_group(b: Builder) -> Signature:
    return group(b.add(1, 1), late(b.add(2, 2)))


@case()
def not_yet_expired(b: Builder) -> ResultBase:
    return chain(b.add(1, 1), b.mul(2)).apply_async(expires=600)


@case()
def revoked_before_it_is_due(b: Builder) -> ResultBase:
    result = b.add(1, 1).apply_async(countdown=UNHURRIED)
    b.revoke(result.id)
    return result


@case(records=1)
def revoked_in_a_chain(b: Builder) -> ResultBase:
    result = chain(b.record("first", 2).set(countdown=UNHURRIED), b.mul(2), b.add(1)).apply_async()
    b.revoke(result.parent.id)
    return result


@case()
def revoked_in_a_header(b: Builder) -> ResultBase:
    result = chord([b.add(1, 1), b.add(2, 2).set(countdown=UNHURRIED)], b.total()).apply_async()
    b.revoke(result.parent.results[1].id)
    return result


@case(records=1)
def revoked_as_a_body(b: Builder) -> ResultBase:
    result = chord([b.add(1, 1), b.record("part", 2).set(countdown=UNHURRIED)], b.total()).apply_async()
    b.revoke(result.id)
    return result


def late(sig: Signature) -> Signature:
    """A task that is due after it has expired."""
    return sig.set(countdown=0.6, expires=0.2)
