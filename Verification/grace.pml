/* The grace rule: who takes leases away after an interval in which nobody could renew them.
 *
 * Time passes in steps. Everything that is due in a step happens before the next one begins, as far as Redis can be reached. Redis is
 * away as often and as long as it likes, but stays for UPTIME steps between two outages; its clock may jump. Workers run one endless
 * task each, whose lease they renew; they may be killed. The policy is `finishFenced`: a task goes on whatever the outage lasts.
 *
 * The numbers are those of the default settings in steps of 2.5 s: lease 30 s, a renewal each 10 s, the beat is old after 5 s
 * (max(3 s, lease/6)), an attempt that fails (at the latest after its deadline of 5 s) is repeated a second later.
 */

#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef LEASE
#define LEASE 12
#endif
#ifndef RENEWAL
#define RENEWAL 4     /* steps between two renewals */
#endif
#ifndef REPEAT
#define REPEAT 3      /* steps after which a failed renewal is tried again, its deadline included */
#endif
#ifndef GAP
#define GAP 2         /* steps after which the beat is old */
#endif
#ifndef LEFT
#define LEFT LEASE    /* what is left of a lease when its task begins: less than all if the worker had to wait for the message */
#endif
#ifndef FIRST
#define FIRST RENEWAL /* steps after which the first renewal comes at the latest: 1 if it is sent at once */
#endif
#ifndef HOLD
#define HOLD LEASE    /* steps for which reaping is held then */
#endif
#ifndef TICK
#define TICK 1        /* steps between two ticks */
#endif
#ifndef UPTIME
#define UPTIME (REPEAT + 1)
#endif
#ifndef KILLS
#define KILLS 0
#endif
#ifndef FORWARD
#define FORWARD 0     /* how far the clock of Redis jumps ahead at most, once */
#endif
#ifndef BACKWARD
#define BACKWARD 0    /* and back */
#endif

#define LONG_AGO (GAP + 1 + BACKWARD)
#define FOR_EVER (LEASE + BACKWARD)

/* In Redis. Times are kept as distances from now: what is left of a lease and of the hold, how old the beat is. */
bool has_lease[WORKERS];
short left[WORKERS];
short hold = 0;
short beat = LONG_AGO;       /* nobody has ticked for long: the most cautious start */

bool is_up = true;
byte up_for = UPTIME;

bool lives[WORKERS];
byte renewal_in[WORKERS];
byte tick_in = 0;
byte kills = 0;
bool has_jumped = false;

/* The promises, each a name that an assertion fails with. */
bool live_work_is_kept = true;    /* nobody takes away the lease of a worker that lives and could have renewed it */

/* RenewScript. */
inline renew(w) {
    if
    :: has_lease[w] -> left[w] = LEASE
    :: else
    fi
}

/* The part of TickScript that takes leases away. */
inline reap() {
    w = 0;
    do
    :: w < WORKERS ->
        if
        :: has_lease[w] && left[w] <= 0 ->
            if
            :: lives[w] -> live_work_is_kept = false; assert(live_work_is_kept)
            :: else
            fi;
            has_lease[w] = false;
            left[w] = 0
        :: else
        fi;
        w++
    :: else -> break
    od;
    w = 0
}

inline tick() {
    if
#ifdef NO_GRACE
    :: reap()
#else
    :: beat < 0 || beat > GAP -> hold = HOLD; beat = 0
    :: else ->
        beat = 0;
        if
        :: hold <= 0 -> reap()
        :: else
        fi
#endif
    fi
}

inline moved(value, by, lowest) {
    value = (value - by < lowest -> lowest : value - by)
}

/* The clock of Redis goes on by `by`, or back if that is negative. */
inline shift(by) {
    d_step {
        i = 0;
        do
        :: i < WORKERS ->
            if
            :: has_lease[i] -> moved(left[i], by, -BACKWARD)
            :: else
            fi;
            i++
        :: else -> break
        od;
        i = 0;
        moved(hold, by, -BACKWARD);
        beat = (beat + by > LONG_AGO -> LONG_AGO : beat + by)
    }
}

proctype Worker(byte me) {
    do
    :: atomic { lives[me] && renewal_in[me] == 0 ->
        if
        :: is_up -> renew(me); renewal_in[me] = RENEWAL
        :: else -> renewal_in[me] = REPEAT
        fi
    }
    :: atomic { lives[me] && kills < KILLS -> kills++; lives[me] = false; renewal_in[me] = 0 }
#ifdef BEAT_BY_CLAIM
    /* Claims that set the beat without looking at it: the gap is gone before a tick sees it. */
    :: atomic { is_up && beat != 0 -> beat = 0 }
#endif
    od
}

proctype Ticker() {
    byte w;
    do
    :: atomic { tick_in == 0 ->
        if
        :: is_up -> tick()
        :: else
        fi;
        tick_in = TICK
    }
    od
}

proctype Outages() {
    byte w;
    do
    :: atomic { is_up && up_for >= UPTIME -> is_up = false; up_for = 0 }
    :: is_up -> break  /* this was the last one */
    :: atomic { !is_up ->
#ifdef FAILOVER
        /* A replica takes over that has not heard of the renewals of the last step. */
        w = 0;
        do
        :: w < WORKERS ->
            if
            :: renewal_in[w] >= RENEWAL - 1 && left[w] > LEASE - RENEWAL -> left[w] = left[w] - RENEWAL
            :: true
            fi;
            w++
        :: else -> break
        od;
        w = 0;
#endif
        is_up = true; up_for = 0
    }
    od
}

#define RENEWED(w) (!lives[w] || renewal_in[w] > 0)

proctype Time() {
    byte i;
    do
    :: atomic { RENEWED(0) && RENEWED(WORKERS - 1) && tick_in > 0 ->
        shift(1);
        i = 0;
        do
        :: i < WORKERS ->
            if
            :: renewal_in[i] > 0 -> renewal_in[i] = renewal_in[i] - 1
            :: else
            fi;
            i++
        :: else -> break
        od;
        i = 0;
        tick_in--;
        if
        :: is_up && up_for < UPTIME -> up_for++
        :: else
        fi
    }
#if FORWARD > 0
    :: atomic { !has_jumped -> has_jumped = true; up_for = 0; shift(FORWARD) }
#endif
#ifdef UNSEEN_JUMP
    /* Before a tick sees it there may be an outage: what is left of its length is no gap. */
    :: atomic { !has_jumped -> has_jumped = true; shift(-BACKWARD) }
#elif BACKWARD > 0
    :: atomic { !has_jumped -> has_jumped = true; up_for = 0; shift(-BACKWARD) }
#endif
    od
}

init {
    atomic {
        byte w = 0;
        do
        :: w < WORKERS ->
            lives[w] = true;
            has_lease[w] = true;
            left[w] = LEFT;
            /* The claim falls anywhere between two renewals. */
            renewal_in[w] = 1;
            do
            :: renewal_in[w] < FIRST -> renewal_in[w]++
            :: break
            od;
            w++
        :: else -> break
        od;
        w = 0;
        do
        :: w < WORKERS -> run Worker(w); w++
        :: else -> break
        od;
        w = 0;
#if LEFT < LEASE
        beat = 0;  /* ticks have gone on all the time before the tasks begin: no hold protects them */
#endif
        run Ticker(); run Outages(); run Time()
    }
}

/* If Redis stays, what a killed worker held comes back. */
ltl recovers { ([] <> !is_up) || ([] (lives[0] || <> !has_lease[0])) }
