#ifndef CTASKHOST_SHIM_H
#define CTASKHOST_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
#endif

#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
/* Declared by glibc only for _GNU_SOURCE. */
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
#define CTASKHOST_CLOSEFROM 1
#endif

/* The descriptor on which a task host finds its supervisor. */
#define CTASKHOST_SOCKET 3

static inline int CTaskHost_actions(posix_spawn_file_actions_t *actions, int channel, int output)
{
    int status = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    if (!status) status = posix_spawn_file_actions_adddup2(actions, output, 1);
    if (!status) status = posix_spawn_file_actions_adddup2(actions, output, 2);
    if (!status) status = posix_spawn_file_actions_adddup2(actions, channel, CTASKHOST_SOCKET);
#ifdef CTASKHOST_CLOSEFROM
    if (!status) status = posix_spawn_file_actions_addclosefrom_np(actions, CTASKHOST_SOCKET + 1);
#endif
    return status;
}

static inline int CTaskHost_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
#ifdef POSIX_SPAWN_CLOEXEC_DEFAULT
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
    int status = posix_spawnattr_setsigmask(attributes, &none);
    if (!status) status = posix_spawnattr_setsigdefault(attributes, &all);
    if (!status) status = posix_spawnattr_setpgroup(attributes, 0);
    if (!status) status = posix_spawnattr_setflags(attributes, flags);
    return status;
}

/* Starts a program in a process group of its own, with no signal blocked or ignored and no descriptor but four: nothing to
   read, `output` for both kinds of output, and `channel`. Both have to be above 3. Returns 0 or an error number. */
static inline int CTaskHost_spawn(pid_t *child, const char *program, char *const arguments[], char *const environment[],
                                  int channel, int output)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int status = posix_spawn_file_actions_init(&actions);
    if (status) return status;
    status = posix_spawnattr_init(&attributes);
    if (!status) {
        status = CTaskHost_actions(&actions, channel, output);
        if (!status) status = CTaskHost_attributes(&attributes);
        if (!status) status = posix_spawn(child, program, &actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

/* Replaces descriptors by close-on-exec copies that are above all that a child is given. Returns 0 or an error number. */
static inline int CTaskHost_raise(int ends[2])
{
    int error = 0;
    for (int index = 0; index < 2; index++) {
        int copy = fcntl(ends[index], F_DUPFD_CLOEXEC, 16);
        if (copy < 0) error = errno;
        close(ends[index]);
        ends[index] = copy;
    }
    if (error)
        for (int index = 0; index < 2; index++)
            if (ends[index] >= 0) close(ends[index]);
    return error;
}

/* Both ends of a socket. Returns 0 or an error number. */
static inline int CTaskHost_socketPair(int ends[2])
{
#ifdef SOCK_CLOEXEC
    int type = SOCK_STREAM | SOCK_CLOEXEC;
#else
    int type = SOCK_STREAM;
#endif
    return socketpair(AF_UNIX, type, 0, ends) ? errno : CTaskHost_raise(ends);
}

/* Both ends of a pipe, the reading one first. Returns 0 or an error number. */
static inline int CTaskHost_pipe(int ends[2])
{
    return pipe(ends) ? errno : CTaskHost_raise(ends);
}

/* Has the kernel kill this process when the thread that started it ends. Linux only; elsewhere the end of the socket has
   to be enough. */
static inline void CTaskHost_dieWithParent(void)
{
#if defined(__linux__)
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

/* Lets `print` write each line at once although the output is a pipe: a process that is killed flushes nothing. */
static inline void CTaskHost_writeLinesAtOnce(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
}

#endif
