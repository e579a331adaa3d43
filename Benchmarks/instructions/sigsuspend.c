// Preloaded under valgrind, whose sigsuspend (3.19, of Debian 12) writes into the caller's mask; libdispatch's is constant, and
// the main thread of every Swift program waits there.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int sigsuspend(const sigset_t *mask) {
    sigset_t copy = *mask;
    // The kernel wants the size of its own set, not of the C library's.
    return (int)syscall(SYS_rt_sigsuspend, &copy, 8);
}
