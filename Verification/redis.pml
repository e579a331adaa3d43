/* What one list and its companions hold in Redis, and the scripts that change it.
 *
 * Each inline below is one script of Sources/TaskBroker/Redis/Scripts: Redis runs it to its end before it runs anything else, so the
 * callers put it into `atomic`. Everything outside of a script can be interrupted, and everything the worker knows can be lost.
 *
 * A claim id is a number that is never given out twice, as a random number for each process and a counter are in the product. What one
 * claim takes from the list is a batch with one lease; the batch is named by the first of its claims, and each id tells its batch.
 */

#define NOBODY 0

/* What a lease is: none, one that runs, or one whose time is over and which nobody has taken away yet. */
#define NO_LEASE 0
#define RUNNING  1
#define OVER     2

/* How an execution ends; also what its result says. The order is that of the settlement script's operations. */
#define NOTHING  0
#define SUCCEED  1  /* acknowledge, with a result and the next message of the chain */
#define FAIL     2  /* acknowledge, with a result */
#define RETRY    3  /* acknowledge, with a result and the next attempt as a message of its own */
#define RELEASE  4  /* back to the head, unstarted */
#define REQUEUE  5  /* back to the tail */
#define DELAY    6  /* out of the list until it is due; parking is the same with a counter */
#define BURY     7  /* dead letter, with a result */
#define HAS_RESULT(how) (how == SUCCEED || how == FAIL || how == RETRY || how == BURY)

typedef Store {
    byte list[MESSAGES];     /* how often the message is in the list */
    byte infl[IDS];          /* claim id -> message, plus one */
    byte lease[IDS];         /* batch -> lease */
    byte ended[IDS];         /* batch -> how many of its claims have ended, while others go on */
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

byte fresh = 1;       /* the next claim id */
byte deliveries = 0;  /* how many claims there were */

/* Scratch: zero between two steps. */
byte at, places, id, victim, got, got_number, got_message, got_seen, also, also_number, also_seen;

/* The promises. Each is a name that an assertion fails with: `scripts/verify` looks for it. */
bool conservation = true;        /* I1: a message is in exactly one place */
bool leases_match = true;        /* I2: a claim has its message and its batch has a lease, or neither; a lease goes with the last */
bool own_claims_only = true;     /* I3: nobody ends or prolongs what another delivery holds */
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
            promise(leases_match, redis.infl[id] == NOBODY || redis.lease[batch_of[id]] != NO_LEASE);
            /* A batch has at most two claims, with ids that follow each other. */
            places = redis.ended[id] + (redis.infl[id] != NOBODY && batch_of[id] == id);
            if
            :: id + 1 < IDS && batch_of[id + 1] == id -> places = places + (redis.infl[id + 1] != NOBODY)
            :: else
            fi;
            promise(leases_match, redis.lease[id] == NO_LEASE || places == size_of[id]);
            promise(leases_match, redis.ended[id] == 0 || (redis.lease[id] != NO_LEASE && redis.ended[id] < size_of[id]));
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

/* SettleScript, its second half: takes a message if there is one, and sometimes another with it, which is the last message. What it
   answers is in `got` and `also` and the variables beside them. */
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

/* Notes that a claim has ended; the lease goes with the last of the batch. */
inline close(claim) {
    redis.ended[batch_of[claim]] = redis.ended[batch_of[claim]] + 1;
    if
#ifdef LEASE_ENDS_WITH_FIRST
    :: true ->
#else
    :: redis.ended[batch_of[claim]] >= size_of[batch_of[claim]] ->
#endif
        redis.ended[batch_of[claim]] = 0;
        redis.lease[batch_of[claim]] = NO_LEASE
#ifndef LEASE_ENDS_WITH_FIRST
    :: else
#endif
    fi
}

/* Removes a claim. */
inline drop(claim) {
    redis.infl[claim] = NOBODY;
    redis.made[claim] = 0;
    close(claim)
}

/* The result of a task: the last commands of SettleScript. SUCCESS is never overwritten. */
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

/* SettleScript, its first half: ends the claim `mine` of `message` with everything that follows from `outcome`. */
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
    :: redis.infl[victim] != NOBODY ->
        promise(own_claims_only, redis.made[victim] == number);
        drop(victim);
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
#ifdef COUNT_REQUESTS
    :: redis.infl[victim] == NOBODY && redis.lease[batch_of[victim]] != NO_LEASE -> close(victim)
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
    :: else
    fi
#endif
}
