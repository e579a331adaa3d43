/* What one list and its companions hold in Redis, and the scripts that change it.
 *
 * Each inline below is one script of Sources/TaskBroker/Redis/Scripts: Redis runs it to its end before it runs anything else, so the
 * callers put it into `atomic`. Everything outside of a script can be interrupted, and everything the worker knows can be lost.
 *
 * A claim id is a number that is never given out twice, as a random number for each process and a counter are in the product. What one
 * claim takes from the list is a batch with one lease and a list of its own; the batch is named by the first of its claims, and each id
 * tells its batch and its position there, which is its place in the list. The list keeps its length until the batch is over: what has
 * ended before the others leaves a tombstone there.
 *
 * A worker may also wait for a message (WAITS): it announces a batch of one claim in `wait`, and has Redis move the next message there as
 * soon as there is one. What could still come into a batch that nobody watches any more is kept out by a seal in the place of its list.
 */

#define NOBODY 0

/* What a lease is: none, one that runs, or one whose time is over and which nobody has taken away yet. */
#define NO_LEASE 0
#define RUNNING  1
#define OVER     2

/* What stands in the list of a batch in the place of a message whose claim has ended while the other goes on. */
#define GONE (MESSAGES + 1)

/* What stands in the place of a whole list: something else, so that Redis refuses to move a message there. */
#define SEAL (MESSAGES + 2)

/* How a script ends the claims of a batch. */
#define EACH  0  /* each by itself, with a tombstone; the list goes when nothing else is left */
#define SOME  1  /* acknowledgements that leave others: tombstones */
#define LAST  2  /* acknowledgements that leave none: the list goes as it is */
#define WHOLE 3  /* a batch of one claim: the list goes, and whether it was there is the fence */

/* How an execution ends; also what its result says. The order is that of the settlement script's operations. */
#define NOTHING  0
#define SUCCEED  1  /* acknowledge, with a result and the next message of the chain */
#define FAIL     2  /* acknowledge, with a result */
#define RETRY    3  /* acknowledge, with a result and the next attempt as a message of its own */
#define RELEASE  4  /* back to the head, unstarted */
#define REQUEUE  5  /* back to the tail */
#define DELAY    6  /* out of the list until it is due; parking is the same with a counter */
#define BURY     7  /* dead letter, with a result */
#define IS_ACK(how) (how == SUCCEED || how == FAIL)  /* a call with nothing else has a script of its own */
#define HAS_RESULT(how) (how == SUCCEED || how == FAIL || how == RETRY || how == BURY)

typedef Store {
    byte list[MESSAGES];     /* how often the message is in the list */
    byte infl[IDS];          /* claim id -> message, plus one, or GONE: the lists of the batches, one after the other */
    byte lease[IDS];         /* batch -> lease */
#if WAITS > 0
    byte wait[IDS];          /* batch -> until when somebody may be waiting for its message; the same three as for a lease */
#endif
    byte eta[IDS];           /* claim id that put it aside -> message, plus one */
    byte dead[MESSAGES];     /* how often it is a dead letter */
    byte counter[MESSAGES];  /* redeliveries, for dead letters */
    byte result[MESSAGES];   /* what the stored result says */
    byte author[MESSAGES];   /* whose it is: the number of the claim */
    byte next[MESSAGES];     /* how often the chain's next message was sent */
    /* Ghosts: not in Redis, and used by no script for a decision. */
    byte gone[MESSAGES];     /* how often it was acknowledged for good */
    byte made[IDS]           /* the number of the delivery that made this claim */
}

Store redis;

/* What the name of a claim tells, and that of a batch. */
byte batch_of[IDS];
byte size_of[IDS];

/* A batch has at most two claims, with ids that follow each other. */
#define EXISTS(batch) (redis.infl[batch] != NOBODY && redis.infl[batch] != SEAL)
#define IS_THERE(claim) (redis.infl[claim] != NOBODY && redis.infl[claim] != GONE && redis.infl[claim] != SEAL)
#define LENGTH(batch) (EXISTS(batch) -> size_of[batch] : 0)
#define TOMBSTONES(batch) ((redis.infl[batch] == GONE) + (size_of[batch] > 1 && redis.infl[batch + 1] == GONE))

#if WAITS > 0
bool is_awaited[IDS];  /* the name of the batch says that a worker waited for its message */
#define HAS_COUNTERS (redis.counter[0] + redis.counter[MESSAGES - 1] > 0)
#endif

byte fresh = 1;       /* the next claim id */
byte deliveries = 0;  /* how many claims there were */

/* Scratch: zero between two steps. */
byte at, places, id, victim, got, got_number, got_message, got_seen, also, also_number, also_seen, way, ending;

/* The promises. Each is a name that an assertion fails with: `scripts/verify` looks for it. */
bool conservation = true;        /* I1: a message is in exactly one place */
bool leases_match = true;        /* I2: a batch has messages and a lease, or neither; the lease goes with the last message.
                                    A batch that was waited for may have an entry in `wait` in the place of a lease, and one without messages */
bool own_claims_only = true;     /* I3: nobody ends what another delivery holds, or what has ended */
bool results_in_order = true;    /* I4: a result never takes the place of a later delivery's */
bool effects_with_ack = true;    /* I5: acknowledged if and only if the effects are there, once */
bool dead_is_told = true;        /* a dead letter has a result for whoever waits for it */
bool counters_go = true;         /* a message that is gone leaves no counter */
bool no_causeless_rerun = true;  /* I6, I7: a second execution has a crash, a lost lease, a retry or a failover behind it */

inline promise(name, condition) {
    if
    :: condition
    :: else -> name = false; assert(name)
    fi
}

/* Looks at everything after each script. */
inline check() {
    d_step {
        at = 0;
        do
        :: at < MESSAGES ->
            places = redis.list[at] + redis.dead[at] + redis.gone[at];
            id = 1;
            do
            :: id < IDS ->
                places = places + (redis.infl[id] == at + 1) + (redis.eta[id] == at + 1);
                id++
            :: else -> break
            od;
            promise(conservation, places == 1);
            promise(effects_with_ack, redis.gone[at] == 0 || (redis.result[at] == SUCCEED || redis.result[at] == FAIL));
#if !defined(RESULTS_ELSEWHERE) || defined(STRICT)
            promise(effects_with_ack, redis.next[at] == (redis.gone[at] > 0 && redis.result[at] == SUCCEED));
#endif
            promise(effects_with_ack, redis.next[at] <= redis.gone[at]);
#if !defined(RESULTS_ELSEWHERE) || defined(STRICT)
            promise(dead_is_told, redis.dead[at] == 0 || redis.result[at] == FAIL);
#endif
            promise(dead_is_told, redis.dead[at] == 0 || redis.result[at] != NOTHING);
            promise(counters_go, redis.counter[at] == 0 || (redis.gone[at] == 0 && redis.dead[at] == 0));
            at++
        :: else -> break
        od;
        id = 1;
        do
        :: id < IDS ->
#if WAITS > 0
            promise(leases_match, is_awaited[id] || (redis.lease[id] != NO_LEASE) == (batch_of[id] == id && EXISTS(id)));
            promise(leases_match, !is_awaited[id] || !EXISTS(id) || redis.lease[id] != NO_LEASE || redis.wait[id] != NO_LEASE);
            promise(leases_match, !is_awaited[id] || redis.lease[id] == NO_LEASE || EXISTS(id));
#else
            promise(leases_match, (redis.lease[id] != NO_LEASE) == (batch_of[id] == id && EXISTS(id)));
#endif
            promise(leases_match, batch_of[id] != id || !EXISTS(id) || TOMBSTONES(id) < size_of[id]);
            id++
        :: else -> break
        od;
        at = 0; places = 0; id = 0
    }
}

/* Makes a claim of a message. */
inline hold(claim, number, message, first) {
    redis.list[message] = redis.list[message] - 1;
    batch_of[claim] = first;
#ifndef TWO_STEP_CLAIM
    redis.infl[claim] = message + 1;
    redis.lease[first] = RUNNING;
    redis.made[claim] = number
#endif
}

/* The scripts that settle, their second half: takes a message if there is one, and sometimes another with it, which is the last message.
   What it answers is in `got` and `also` and the variables beside them. The messages themselves the worker reads from the list. */
inline take() {
    if
    :: redis.list[0] > 0 -> got_message = 0; got = fresh
    :: MESSAGES > 1 && redis.list[MESSAGES - 1] > 0 -> got_message = MESSAGES - 1; got = fresh
    :: else
    fi;
    if
    :: got != NOBODY ->
        assert(got < IDS);  /* a bound of the model: the budgets allow no more claims */
        fresh++;
        deliveries++;
        got_number = deliveries;
        got_seen = redis.counter[got_message];
        size_of[got] = 1;
        hold(got, got_number, got_message, got);
        if
        :: BATCH > 1 && got_message == 0 && redis.list[MESSAGES - 1] > 0 ->
            also = fresh;
            assert(also < IDS);
            fresh++;
            deliveries++;
            also_number = deliveries;
            also_seen = redis.counter[MESSAGES - 1];
            size_of[got] = 2;
            hold(also, also_number, MESSAGES - 1, got)
        :: true
        fi
    :: else
    fi
}

inline forget() {
    got = NOBODY; got_number = 0; got_message = 0; got_seen = 0; also = NOBODY; also_number = 0; also_seen = 0
}

/* The end of a batch. */
inline remove(batch) {
    redis.infl[batch] = NOBODY;
    if
    :: size_of[batch] > 1 -> redis.infl[batch + 1] = NOBODY
    :: else
    fi;
    redis.lease[batch] = NO_LEASE
}

/* Ends a claim, others of its batch go on or have ended before. */
inline drop(claim) {
    redis.infl[claim] = GONE;
#ifdef LEASE_ENDS_WITH_FIRST
    redis.lease[batch_of[claim]] = NO_LEASE;
#endif
    if
    :: way == EACH && TOMBSTONES(batch_of[claim]) == size_of[batch_of[claim]] -> remove(batch_of[claim])
    :: else
    fi
}

/* The result of a task: the last commands of a script that settles. SUCCESS is never overwritten. */
inline store(message, number, outcome) {
    if
    :: redis.result[message] != SUCCEED ->
#if !defined(RESULTS_ELSEWHERE) || defined(STRICT)
        promise(results_in_order, redis.author[message] <= number);
#endif
        redis.author[message] = number;
        if
        :: outcome == BURY -> redis.result[message] = FAIL
        :: else -> redis.result[message] = outcome
        fi
    :: else
    fi
}

#ifdef NAMED_TWICE
#define TIMES 2  /* each claim stands in the call two times, and the script counts it two times */
#else
#define TIMES 1
#endif

/* The scripts that settle, before the claims of a batch. The one for acknowledgements looks: LLEN tells how long the list is, LPOS where it
   has tombstones. So it knows which of the claims `one` and `two` have not ended, and whether anything is left when they have, without
   anything that a worker remembers. In a batch of one claim nothing ends before the others, so that its list has no tombstone. */
inline open(batch, one, two, is_double, is_ack) {
    way = EACH;
#ifndef ACK_BY_MESSAGE
    if
    :: is_ack ->
        ending = TIMES * (IS_THERE(one) + (is_double && IS_THERE(two)));
        if
        :: size_of[batch] == 1 -> way = WHOLE
#ifdef WHOLE_WITHOUT_LOOK
        :: size_of[batch] == 1 + is_double -> way = WHOLE
#endif
        :: else -> way = (TOMBSTONES(batch) + ending == LENGTH(batch) -> LAST : SOME)
        fi;
        ending = 0
    :: else
    fi
#endif
}

/* After the claims. The batch that goes may have gone before, which makes no difference. */
inline close(batch) {
    if
    :: way == LAST || way == WHOLE -> remove(batch)
    :: else
    fi;
    way = EACH
}

#define IS_ACCEPTED(claim) ((way == WHOLE && EXISTS(batch_of[claim])) || (way != WHOLE && IS_THERE(claim)))

/* The scripts that settle, their first half: ends the claim `mine` of `message` with everything that follows from `outcome`.
   Between `open` and `close`. */
inline settle(mine, number, message, outcome, seen) {
    victim = mine;
#ifdef ACK_BY_MESSAGE
    /* Whatever claim holds the message now. */
    victim = 1;
    do
    :: victim < IDS && redis.infl[victim] != message + 1 -> victim++
    :: victim == IDS -> victim = mine; break
    :: else -> break
    od;
#endif
#ifdef UNFENCED_RESULT
    if
    :: HAS_RESULT(outcome) -> store(message, number, outcome)
    :: else
    fi;
#endif
#ifdef UNFENCED_EFFECTS
    if
    :: outcome == SUCCEED -> redis.next[message] = redis.next[message] + 1
    :: else
    fi;
#endif
    if
    :: IS_ACCEPTED(victim) ->
        promise(own_claims_only, redis.made[victim] == number);
        redis.made[victim] = 0;
        if
        :: way == EACH || way == SOME -> drop(victim)
        :: else
        fi;
        if
        :: outcome == RELEASE || outcome == REQUEUE || outcome == RETRY -> redis.list[message] = redis.list[message] + 1
#ifdef SPLIT_DELAY
        :: outcome == DELAY && crashes < CRASHES -> crashes++
#endif
        :: outcome == DELAY -> redis.eta[victim] = message + 1
        :: outcome == BURY -> redis.dead[message] = redis.dead[message] + 1
        :: else -> redis.gone[message] = redis.gone[message] + 1
        fi;
        /* Whether there are counters is what the claim was told. */
        if
#ifndef KEEP_COUNTERS
        :: seen > 0 && outcome != RELEASE && outcome != REQUEUE && outcome != DELAY -> redis.counter[message] = 0
#endif
        :: else
        fi;
#if !defined(UNFENCED_EFFECTS) && !defined(ACK_BEFORE_EFFECTS)
        if
        :: outcome == SUCCEED -> redis.next[message] = redis.next[message] + 1
        :: else
        fi;
#endif
#if !defined(UNFENCED_RESULT) && !defined(ACK_BEFORE_EFFECTS) && !defined(RESULTS_ELSEWHERE)
        if
        :: HAS_RESULT(outcome) -> store(message, number, outcome)
        :: else
        fi;
#endif
    :: else
    fi;
    victim = 0
}

/* RenewScript: prolongs a lease that is there; never makes one. */
inline renew(batch) {
#ifdef RENEW_CREATES
    redis.lease[batch] = RUNNING
#else
    if
    :: redis.lease[batch] != NO_LEASE -> redis.lease[batch] = RUNNING
#if WAITS > 0 && !defined(RENEW_SKIPS_WAIT)
    /* What a waiting worker was given has no lease yet. */
    :: EXISTS(batch) && redis.lease[batch] == NO_LEASE && redis.wait[batch] != NO_LEASE -> redis.wait[batch] = NO_LEASE; redis.lease[batch] = RUNNING
#endif
    :: else
    fi
#endif
}

#if WAITS > 0
/* WaitScript is `keep`, `sweep` and `announce` in one. Here they are three steps, between which more can happen. */

/* The batch that the worker waited for before, and was given. */
inline keep(batch) {
    if
    :: EXISTS(batch) -> redis.lease[batch] = RUNNING
    :: else
    fi;
    redis.wait[batch] = NO_LEASE
}

/* Whoever gives a batch up that is empty cannot know whether its BLMOVE is still to come. */
inline seal(batch) {
    redis.infl[batch] = SEAL
}

/* Nobody can be waiting any more. What is in this batch is left to the reaper; if nothing is, nothing comes. */
inline sweep(batch) {
    redis.wait[batch] = NO_LEASE;
    if
    :: EXISTS(batch) ->
#ifndef SWEEP_FORGETS
#ifdef SWEEP_ENDS_LEASES
        redis.lease[batch] = OVER
#else
        redis.lease[batch] = (redis.lease[batch] == NO_LEASE -> OVER : redis.lease[batch])
#endif
#endif
    :: else ->
#ifndef SWEEP_UNSEALED
        seal(batch)
#endif
    fi
}

/* The batch that the worker is going to wait for. */
inline announce(batch) {
    redis.wait[batch] = RUNNING
}

/* Redis serves BLMOVE. That is no script, but one step, too. */
inline move(batch, message) {
    assert(!EXISTS(batch));  /* a bound of the model: there is one BLMOVE for a name until it is answered */
    redis.list[message] = redis.list[message] - 1;
    redis.infl[batch] = message + 1;
    deliveries++;
    redis.made[batch] = deliveries
}

/* AbandonScript: nobody will run what is in the batch, nor what Redis is asked to move there. */
inline abandon(batch) {
    if
    :: IS_THERE(batch) ->
        redis.list[redis.infl[batch] - 1] = redis.list[redis.infl[batch] - 1] + 1;
        redis.made[batch] = 0;
        redis.infl[batch] = NOBODY
    :: else ->
#ifndef ABANDON_UNSEALED
        seal(batch)
#endif
    fi;
    redis.lease[batch] = NO_LEASE;
    redis.wait[batch] = NO_LEASE
}
#endif
