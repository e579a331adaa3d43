/* The claim protocol: workers that take, run and settle messages, while they die, lose leases and lose replies.
 *
 * A lease may run out at any moment, as long as the budget lasts: that is a pause, a partition, a slow machine or a clock, and the
 * grace rule (grace.pml) is left out, which only allows less. Crashes fall between any two scripts.
 *
 * Everything with a budget below can be set from outside, as can the mutations: see `scripts/verify`.
 */

#ifndef MESSAGES
#define MESSAGES 2
#endif
#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef CRASHES
#define CRASHES 0    /* workers killed, each between any two of its steps */
#endif
#ifndef EXPIRIES
#define EXPIRIES 0   /* leases that run out although their holder lives */
#endif
#ifndef LOST
#define LOST 0       /* scripts whose reply never came although they ran, and settlements that never ran */
#endif
#ifndef LATE
#define LATE 0       /* settlements that run at any later moment, after they were given up and sent again */
#endif
#ifndef PUT_BACKS
#define PUT_BACKS 0  /* releases, requeues and delays (ETA, parking) */
#endif
#ifndef RETRIES
#define RETRIES 0    /* attempts that end with another attempt */
#endif
#ifndef FAILOVERS
#define FAILOVERS 0  /* servers replaced by a replica that has not heard of the last scripts */
#endif
#ifndef WAITS
#define WAITS 0      /* times that a worker waits for a message with BLMOVE, instead of claiming with a script */
#endif
#ifndef BATCH
#define BATCH MESSAGES    /* the most messages of one claim */
#endif
#ifndef MAX_DELIVERIES
#define MAX_DELIVERIES 2  /* redeliveries after which a message is a dead letter */
#endif

#define CAUSES (CRASHES + EXPIRIES + RETRIES + FAILOVERS)
#define IDS (2 + MESSAGES * (1 + CAUSES + LOST) + PUT_BACKS + FAILOVERS + WAITS)

#include "redis.pml"

byte crashes = 0, expiries = 0, lost = 0, late = 0, put_backs = 0, retries = 0, failovers = 0;
#if WAITS > 0
byte waits = 0;
#endif

bool held[IDS];          /* somebody alive knows of this batch */
byte started[MESSAGES];  /* executions */

#if WAITS > 0
/* What has become of the BLMOVE of a batch. */
#define UNSENT    0  /* not sent, or of no interest to anybody any more */
#define ANNOUNCED 1  /* not sent, but WAIT was answered on the connection */
#define SENT      2  /* on its way to Redis, or parked there: Redis may serve it from now on, and does not know whether anybody is left */
#define SERVED    3  /* the reply is on its way: a message */
#define COUNTED   4  /* the same, and the list has counters of redeliveries, or is paused: it must not be run from here */
#define EMPTY     5  /* the same: nothing came in time */
#define REFUSED   6  /* the same: the seal is in the way */
#define BROKEN    7  /* the connection is gone */
#define READ      8  /* the message is with the worker */
byte flight[IDS];
byte brought[IDS];         /* what a reply brings: a message, plus one, */
byte brought_number[IDS];  /* and the number of its delivery */

bool is_overdue[IDS];      /* more time has passed since WAIT than the worker's own bound, before it has read a reply */

/* Calls that were given up and may run at any later moment. */
bool late_announce[IDS], late_keep[IDS], late_renew[IDS], late_abandon[IDS];

/* Nobody is interested in a reply any more. What was sent goes on. */
inline hang_up(batch) {
    brought[batch] = 0; brought_number[batch] = 0;
    is_overdue[batch] = false;
    flight[batch] = (flight[batch] == SENT -> SENT : UNSENT)
}

#define IS_REGISTERED(batch) (redis.lease[batch] != NO_LEASE || redis.wait[batch] != NO_LEASE)
/* What the script that renews looks at before it says that a batch is lost. */
#ifdef RENEW_SKIPS_WAIT
#define IS_LOST(batch) (redis.lease[batch] == NO_LEASE)
#else
#define IS_LOST(batch) (!IS_REGISTERED(batch))
#endif
#else
#define IS_LOST(batch) (redis.lease[batch] == NO_LEASE)
#endif

#define SETTLED(m) (redis.gone[m] + redis.dead[m] > 0)
#define ALL_SETTLED (SETTLED(0) && SETTLED(MESSAGES - 1))
#define LISTED (redis.list[0] + redis.list[MESSAGES - 1] > 0)


/* May the worker be killed here? It forgets everything. */
#define killed() crashes < CRASHES -> crashes++

/* What becomes of what a worker holds when it is killed or has lost the lease: it knows of it no more. */
#if WAITS > 0
#define FORGOTTEN held[batch_of[mine]] = false; hang_up(batch_of[mine])
#else
#define FORGOTTEN held[batch_of[mine]] = false
#endif

/* The message of the other claim of a batch of two. */
#define OTHER (MESSAGES - 1 - message)

/* Turns to the other claim of the batch. */
inline exchange() {
    at = mine; mine = rest; rest = at;
    at = number; number = rest_number; rest_number = at;
    at = seen; seen = rest_seen; rest_seen = at;
    at = outcome; outcome = rest_outcome; rest_outcome = at;
    message = OTHER;
    at = 0
}

/* A call that settles one claim or both of a batch: one script. */
inline call() {
    open(batch_of[mine], mine, rest, is_double, (IS_ACK(outcome) && (!is_double || IS_ACK(rest_outcome))));
    settle(mine, number, message, outcome, seen);
    if
    :: is_double -> settle(rest, rest_number, OTHER, rest_outcome, rest_seen)
    :: else
    fi;
    close(batch_of[mine])
}

#if LATE > 0
/* A call that is still on its way when its worker has given it up: in a buffer of the old connection, while a new one is faster. */
proctype Call(byte mine, number, message, seen, outcome, rest, rest_number, rest_seen, rest_outcome; bool is_double) {
end:
    atomic { true -> call(); check() }
}
#endif

proctype Worker() {
    byte mine, number, message, seen;  /* what it works at: claim, delivery, message, redeliveries */
    byte outcome;                      /* how that ends */
    byte rest, rest_number, rest_seen; /* another claim of the same batch, of the other message, which waits */
    byte rest_outcome;                 /* how that ends, if it waits to be settled only */
    bool is_double;                    /* both are settled by one call */
    bool has_failed;                   /* the call gets no reply, and has had no effect up to now */
idle:
    atomic {
        mine = NOBODY; number = 0; message = 0; seen = 0; outcome = NOTHING;
        rest = NOBODY; rest_number = 0; rest_seen = 0; rest_outcome = NOTHING
    };
#if WAITS > 0
    if
    :: atomic { waits < WAITS && !ALL_SETTLED -> waits++;
        mine = fresh; assert(mine < IDS); fresh++;
        size_of[mine] = 1; batch_of[mine] = mine; is_awaited[mine] = true; held[mine] = true };
        goto announcing
    :: skip
    fi;
#endif
turn:
#ifdef RESULTS_ELSEWHERE
    if
    :: atomic { HAS_RESULT(outcome) -> store(message, number, outcome); check() }
    :: !HAS_RESULT(outcome)
    fi;
    if
    :: atomic { killed(); FORGOTTEN }; goto idle
    :: skip
    fi;
#endif
    /* One round trip: ends what is held, takes messages. What becomes of the reply is decided in the same step, because a worker that
       waits for it does nothing else. */
    atomic {
        outcome != NOTHING || LISTED || ALL_SETTLED;
        if
        :: outcome == NOTHING && !LISTED -> goto end
        :: outcome != NOTHING ->
            if
            :: rest != NOBODY && rest_outcome == NOTHING && put_backs < PUT_BACKS -> put_backs++; rest_outcome = RELEASE
            :: rest != NOBODY && rest_outcome == NOTHING ->
                exchange(); goto work  /* both are settled when that has ended, too */
            :: rest_outcome != NOTHING -> exchange()
            :: true
            fi;
            /* What is sent again may have been alone before, or not: each call groups anew, in any order. That the next call was already
               under way when this one failed is a case of it: it is the other claim by itself. */
            if
            :: rest_outcome != NOTHING -> is_double = true
            :: true
            fi;
            if
            :: call()
            :: lost < LOST -> lost++; has_failed = true
#if LATE > 0
            :: late < LATE -> late++; has_failed = true;
                run Call(mine, number, message, seen, outcome, rest, rest_number, rest_seen, rest_outcome, is_double)
#endif
            fi
        :: else
        fi;
#if defined(TWO_STEP_CLAIM) || defined(ACK_BEFORE_EFFECTS)
        if
        :: outcome == NOTHING -> take()
        :: else
        fi;
#else
        if
        :: !has_failed && (rest == NOBODY || is_double) -> take()
        :: outcome != NOTHING  /* a worker that wants nothing new */
        fi;
#endif
        check();
        if
        :: killed(); FORGOTTEN; is_double = false; has_failed = false; forget(); goto idle
        :: has_failed || lost < LOST ->
            /* In doubt: a settlement is sent again; of the claim nobody knows, and its lease runs out. */
            lost = lost + !has_failed; has_failed = false; forget();
            if
            :: outcome == NOTHING -> goto idle
            :: outcome != NOTHING -> is_double = false; goto turn
            fi
        :: !has_failed  /* the reply arrives */
        fi;
#ifdef ACK_BEFORE_EFFECTS
        if
        :: outcome != NOTHING -> FORGOTTEN; goto effects
        :: else
        fi;
#endif
        if
        :: rest != NOBODY && !is_double ->
            exchange();
            rest = NOBODY; rest_number = 0; rest_seen = 0
        :: else ->
            FORGOTTEN;
            outcome = NOTHING;
            mine = got; number = got_number; message = got_message; seen = got_seen;
            rest = also; rest_number = also_number; rest_seen = also_seen;
            held[mine] = mine != NOBODY
        fi;
        rest_outcome = NOTHING; is_double = false;
        forget();
        if
        :: mine == NOBODY -> goto idle
        :: outcome != NOTHING -> goto turn
        :: else
        fi
    };
#ifdef TWO_STEP_CLAIM
    /* The message is in the hands of the worker only. */
    if
    :: atomic { killed(); check(); goto idle }
    :: skip
    fi;
    atomic { redis.infl[mine] = message + 1; redis.lease[mine] = RUNNING; redis.made[mine] = number };
#endif
    /* The messages are read with another command, which others may come before: all of them are there, or the claim is lost already. */
    if
    :: atomic { EXISTS(mine) -> assert(TOMBSTONES(mine) == 0) }
    :: atomic { !EXISTS(mine) -> FORGOTTEN; goto idle }
    fi;

#if WAITS > 0
    goto work;

again:
    skip;  /* time passes before WAIT is sent again */
announcing:
    /* WAIT. It may be sent again with the same name: that is more than a worker can do that takes a name for each call. */
    atomic {
        if
        :: HAS_COUNTERS -> FORGOTTEN; mine = NOBODY; goto turn  /* "Not now": such messages are claimed with a script */
        :: else
        fi;
        if
        :: announce(mine)
#ifdef SENT_UNANNOUNCED
        :: lost < LOST -> lost++  /* BLMOVE goes behind it in the same write, and WAIT has not run */
#endif
        :: late < LATE -> late++; late_announce[mine] = true; goto again
        fi;
        check();
        if
        :: killed(); FORGOTTEN; goto idle
        :: lost < LOST -> lost++;
            if
            :: goto again
            :: FORGOTTEN; goto idle
            fi
        :: flight[mine] = ANNOUNCED
        fi
    };
    /* BLMOVE is sent after the answer only. */
    if
    :: atomic { flight[mine] == ANNOUNCED -> flight[mine] = SENT }
    :: flight[mine] == BROKEN
    :: atomic { killed(); FORGOTTEN; goto idle }
    fi;
    /* What the reply brings is run if it is read in time: the worker's own bound is before the time at which its entry is over. */
    if
#ifdef RUN_LATE
    :: atomic { flight[mine] == SERVED && is_overdue[mine] ->
        message = brought[mine] - 1; number = brought_number[mine];
        hang_up(mine); flight[mine] = READ };
        goto work
#endif
    :: atomic { flight[mine] == SERVED && (!is_overdue[mine] || expiries < EXPIRIES) ->
        if
        :: !is_overdue[mine]
        :: is_overdue[mine] && expiries < EXPIRIES -> expiries++  /* it looked before that, or its clock is wrong */
        fi;
        message = brought[mine] - 1; number = brought_number[mine];
        hang_up(mine); flight[mine] = READ };
        goto work
    :: atomic { flight[mine] == EMPTY -> hang_up(mine);
        if
        :: waits < WAITS -> waits++; goto again  /* it waits on with the same name */
        :: redis.wait[mine] = NO_LEASE; check()  /* with another one: WAIT says that this one is done */
        :: true                                  /* it waits no more */
        fi;
        FORGOTTEN }
    :: atomic { flight[mine] == REFUSED -> FORGOTTEN }
    :: atomic { killed(); FORGOTTEN }
    /* The connection is gone, the time is over, the message must not be run, or the worker ends: it may give up at any moment. */
    :: skip; goto abandoning
    fi;
    goto idle;

abandoning:
    /* What is in the batch by now or comes yet the worker does not run, whatever becomes of this call. */
    atomic {
        if
        :: abandon(mine); check()
        :: lost < LOST -> lost++
        :: late < LATE -> late++; late_abandon[mine] = true
        :: killed()
        fi;
        FORGOTTEN
    };
    goto idle;
#endif

work:
    /* What to do with it is decided before any user code sees it. */
    if
    :: seen >= MAX_DELIVERIES -> outcome = BURY; goto turn
    :: atomic { seen < MAX_DELIVERIES && put_backs < PUT_BACKS -> put_backs++ };
        if
        :: outcome = RELEASE
        :: outcome = REQUEUE
        :: outcome = DELAY
        fi;
        goto turn
    :: atomic { seen < MAX_DELIVERIES -> started[message]++;
        promise(no_causeless_rerun, started[message] <= 1 + crashes + expiries + retries + failovers) }
    fi;

    /* The task runs; the supervisor renews. A task whose lease is lost is stopped, or finishes and is refused: both are allowed. */
    do
    :: atomic { redis.lease[batch_of[mine]] == OVER -> renew(batch_of[mine]) }
#ifdef RENEW_CREATES
    :: atomic { redis.lease[batch_of[mine]] == NO_LEASE -> renew(batch_of[mine]); check() }
#endif
    :: atomic { IS_LOST(batch_of[mine]) -> FORGOTTEN; goto idle }
#if WAITS > 0
    :: atomic {
        if
        :: redis.wait[mine] != NO_LEASE && redis.lease[mine] == NO_LEASE -> renew(mine)
        :: redis.wait[mine] != NO_LEASE -> keep(mine)  /* the next WAIT, of another slot of this worker */
        fi;
        check()
    }
    :: atomic { is_awaited[mine] && late < LATE -> late++;
        if
        :: late_keep[mine] = true
        :: late_renew[mine] = true
        fi }
#endif
    :: atomic { killed(); FORGOTTEN; goto idle }
    :: outcome = SUCCEED; break
    :: outcome = FAIL; break
    :: atomic { retries < RETRIES -> retries++; outcome = RETRY }; break
    od;
    goto turn;
#ifdef ACK_BEFORE_EFFECTS
effects:
    if
    :: atomic { killed() }
    :: atomic { HAS_RESULT(outcome) -> store(message, number, outcome); redis.next[message] = redis.next[message] + (outcome == SUCCEED) }
    :: !HAS_RESULT(outcome)
    fi;
    check();
    goto idle;
#endif
end:
    skip
}

/* Brings a message of a lost batch back to the head of its list, counted. */
inline bring_back(claim) {
    if
    :: IS_THERE(claim) ->
        message = redis.infl[claim] - 1;
        redis.made[claim] = 0;
        if
#ifdef SPLIT_REAP
        :: killed()
#endif
#ifdef REAPER_BURIES
        :: redis.counter[message] + 1 >= MAX_DELIVERIES -> redis.counter[message] = 0; redis.dead[message] = redis.dead[message] + 1
#endif
        :: redis.counter[message] = redis.counter[message] + 1; redis.list[message] = redis.list[message] + 1
        fi;
        message = 0
    :: else
    fi
}

/* What becomes of one claim by itself, and of the batch that it names. Time: whose holder is gone loses the lease in the end; another may
   lose it, too. TickScript, one batch at a time: a script that moves more does the same without an interruption. Any worker runs it, and
   at any moment. */
proctype Fate(byte claim) {
    byte message;
end:
    do
#ifdef RENEW_UNKNOWN
    /* A worker that renews whatever is there, and not what it knows of, keeps the claims alive whose replies were lost. */
    :: atomic { redis.lease[claim] == RUNNING && !held[claim] && crashes > 0 -> redis.lease[claim] = OVER }
#else
    :: atomic { redis.lease[claim] == RUNNING && !held[claim] -> redis.lease[claim] = OVER }
#endif
    :: atomic { redis.lease[claim] == RUNNING && held[claim] && expiries < EXPIRIES -> expiries++; redis.lease[claim] = OVER }
#if WAITS > 0
    :: atomic {
        /* BLMOVE: it is served in order, or later, or by the time it arrives. */
        flight[claim] == SENT && LISTED ->
        if
        :: redis.infl[claim] == SEAL -> flight[claim] = REFUSED
        :: else ->
            if
            :: redis.list[0] > 0
            :: MESSAGES > 1 && redis.list[MESSAGES - 1] > 0 -> message = MESSAGES - 1
            fi;
#ifdef COUNTERS_UNSEEN
            flight[claim] = SERVED;
#else
            flight[claim] = (HAS_COUNTERS -> COUNTED : SERVED);
#endif
            move(claim, message);
            brought[claim] = message + 1; brought_number[claim] = deliveries;
            check();
            message = 0
        fi;
        if
        :: !held[claim] -> hang_up(claim)
        :: else
        fi
    }
    :: atomic { flight[claim] == SENT -> flight[claim] = (held[claim] -> EMPTY : UNSENT) }
    /* The entry of who waits is over at any moment, which costs nothing: who has not read a reply by then abandons. If there is a lease
       besides, nobody looks after the entry. What runs, and has no lease yet, has the entry in its place. */
    :: atomic { redis.wait[claim] == RUNNING && (!held[claim] || flight[claim] != READ || redis.lease[claim] != NO_LEASE) ->
        is_overdue[claim] = held[claim] && flight[claim] != UNSENT && flight[claim] != READ;
        redis.wait[claim] = OVER }
    :: atomic { redis.wait[claim] == RUNNING && held[claim] && flight[claim] == READ && expiries < EXPIRIES -> expiries++;
        redis.wait[claim] = OVER }
    :: atomic {
        if
#ifndef NO_SWEEP
        :: redis.wait[claim] == OVER -> sweep(claim)
#endif
        :: late_announce[claim] -> late_announce[claim] = false; announce(claim)
        :: late_keep[claim] -> late_keep[claim] = false; keep(claim)
        :: late_renew[claim] -> late_renew[claim] = false; renew(claim)
        :: late_abandon[claim] -> late_abandon[claim] = false; abandon(claim)
        fi;
        check()
    }
#ifdef SEAL_EXPIRES
    :: atomic { redis.infl[claim] == SEAL -> redis.infl[claim] = NOBODY }
#endif
#endif
    :: atomic {
        /* Promote. Anything that was put aside may be due now. */
        redis.eta[claim] != NOBODY -> message = redis.eta[claim] - 1;
        redis.eta[claim] = NOBODY;
        if
#ifdef SPLIT_PROMOTE
        :: killed()
#endif
        :: redis.list[message] = redis.list[message] + 1
        fi;
        check();
        message = 0
    }
    :: atomic {
        /* Reap: the batch as a whole. */
#ifdef REAP_RUNNING
        redis.lease[claim] != NO_LEASE && redis.counter[0] == 0 ->  /* once, or there would be no end of claims */
#elif defined(NO_REAP)
        false ->
#else
        redis.lease[claim] == OVER ->
#endif
        bring_back(claim);
        if
        :: size_of[claim] > 1 -> bring_back(claim + 1)
        :: else
        fi;
        remove(claim);
#ifdef REAP_KEEPS_LEASE
        redis.lease[claim] = OVER;
#endif
        check()
    }
    od
}

#if FAILOVERS > 0
Store replica;
byte replica_fresh;

inline copy(from, into) {
    at = 0;
    do
    :: at < MESSAGES ->
        into.list[at] = from.list[at]; into.dead[at] = from.dead[at]; into.gone[at] = from.gone[at];
        into.counter[at] = from.counter[at]; into.next[at] = from.next[at];
        into.result[at] = from.result[at]; into.author[at] = from.author[at];
        at++
    :: else -> break
    od;
    id = 1;
    do
    :: id < IDS ->
        into.infl[id] = from.infl[id]; into.lease[id] = from.lease[id];
        into.eta[id] = from.eta[id]; into.made[id] = from.made[id];
#if WAITS > 0
        into.wait[id] = from.wait[id];
#endif
        id++
    :: else -> break
    od;
    at = 0; id = 0
}

/* A replica stops hearing of its master at any moment, and takes its place at any later one. */
proctype Failover() {
end:
    do
    :: atomic { failovers < FAILOVERS && !ALL_SETTLED -> d_step { copy(redis, replica); replica_fresh = fresh } };
       atomic { true -> d_step { copy(replica, redis);
#ifdef COUNTER_IDS
           fresh = replica_fresh;
#endif
           failovers++;
#if WAITS > 0
           /* Whatever was to be served was to be served by the server that is gone. WAIT and its BLMOVE go over one connection. */
           id = 1;
           do
           :: id < IDS ->
               if
               :: flight[id] == SENT -> flight[id] = (held[id] -> BROKEN : UNSENT)
#ifndef ANOTHER_CONNECTION
               :: flight[id] == ANNOUNCED -> flight[id] = BROKEN
#endif
               :: else
               fi;
               id++
           :: else -> break
           od;
           id = 0
#endif
           };
           check()
       }
    od
}
#endif

init {
    atomic {
        byte count = 0;
        do
        :: count < MESSAGES -> redis.list[count] = 1; count++
        :: else -> break
        od;
        count = 0;
        do
        :: count < WORKERS -> run Worker(); count++
        :: else -> break
        od;
        count = 1;
        do
        :: count < IDS -> run Fate(count); count++
        :: else -> break
        od;
        count = 0;
#if FAILOVERS > 0
        run Failover()
#endif
    }
}

ltl settles { <> ALL_SETTLED }
