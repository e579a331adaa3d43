#define _GNU_SOURCE 1

#include "command_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

// MARK: Between fork and exec

struct request {
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *directory;
    const int *descriptors;
    const struct command_spawn_identity *identity;
    const struct command_spawn_limit *limits;
    size_t limit_count;
    bool dies_with_us;
    pid_t parent;
};

static int number_of(enum command_resource resource) {
    switch (resource) {
    case command_resource_memory: return RLIMIT_AS;
    case command_resource_processor_time: return RLIMIT_CPU;
    case command_resource_files: return RLIMIT_NOFILE;
    case command_resource_file_size: return RLIMIT_FSIZE;
    case command_resource_processes: return RLIMIT_NPROC;
    case command_resource_core: return RLIMIT_CORE;
    }
    return -1;
}

static int set_limits(const struct request *request) {
    for (size_t index = 0; index < request->limit_count; index++) {
        int number = number_of(request->limits[index].resource);
        struct rlimit limit;
        if (getrlimit(number, &limit) != 0) return -1;
        rlim_t value = (rlim_t)request->limits[index].value;
        if (limit.rlim_max != RLIM_INFINITY && value > limit.rlim_max) value = limit.rlim_max;
        limit.rlim_cur = value;
        // SIGXCPU, which says what happened, comes at the soft limit, and SIGKILL at the hard one.
        if (number != RLIMIT_CPU) limit.rlim_max = value;
        else if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > value) limit.rlim_max = value + 1;
        if (setrlimit(number, &limit) != 0) return -1;
    }
    return 0;
}

/// Everything above 2 is closed: descriptors that other code opened without close-on-exec as well.
static void close_others(void) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, 3U, ~0U, 0U) == 0) return;
#endif
    long count = sysconf(_SC_OPEN_MAX);
    if (count < 0 || count > 65536) count = 65536;
    for (int descriptor = 3; descriptor < count; descriptor++) close(descriptor);
}

static int bind_descriptors(const struct request *request) {
    int sources[3];
    // Away from 0, 1 and 2 first: this process may have been started without them.
    for (int index = 0; index < 3; index++) {
        sources[index] = fcntl(request->descriptors[index], F_DUPFD_CLOEXEC, 3);
        if (sources[index] < 0) return -1;
    }
    for (int index = 0; index < 3; index++) {
        if (dup2(sources[index], index) < 0) return -1;
    }
    close_others();
    return 0;
}

static void reset_signals(void) {
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    // Fails for SIGKILL, SIGSTOP and what the C library keeps for itself.
    for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/// Dies with the thread that started us, and with the process that it belongs to.
static int die_with(pid_t parent) {
#ifdef __linux__
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return -1;
    // It may have died before the call above.
    if (getppid() != parent) _exit(127);
#else
    (void)parent;
#endif
    return 0;
}

/// Whether all ids of this process are those, and there is no way back to root (CVE-2011-4356: a saved user id that was left behind).
static bool is_for_good(uid_t user, gid_t group, bool may_return) {
#ifdef __linux__
    uid_t real_user, effective_user, saved_user;
    gid_t real_group, effective_group, saved_group;
    if (getresuid(&real_user, &effective_user, &saved_user) != 0) return false;
    if (getresgid(&real_group, &effective_group, &saved_group) != 0) return false;
    bool is_changed = real_user == user && effective_user == user && saved_user == user && real_group == group
        && effective_group == group && saved_group == group;
#else
    bool is_changed = getuid() == user && geteuid() == user && getgid() == group && getegid() == group;
#endif
    return is_changed && (user == 0 || !may_return);
}

/// Becomes another user in a child that shares our memory.
///
/// By system calls only: through the C library, `setresuid` would change the ids of all threads that it finds in this memory, and
/// they are ours (nptl(7), "NPTL and process credential changes").
static int become(const struct command_spawn_identity *identity, const int *descriptors) {
    // Pipes belong to who has made them, and whoever opens /dev/stdout is checked. Where that cannot be changed, only this does not work.
    for (int index = 1; index < 3; index++) {
        int ignored = fchown(descriptors[index], identity->user, identity->group);
        (void)ignored;
    }
#ifdef __linux__
#ifdef SYS_setgroups32
    if (syscall(SYS_setgroups32, identity->group_count, identity->groups) != 0) return -1;
    if (syscall(SYS_setresgid32, identity->group, identity->group, identity->group) != 0) return -1;
    if (syscall(SYS_setresuid32, identity->user, identity->user, identity->user) != 0) return -1;
    bool may_return = syscall(SYS_setuid32, 0) == 0;
#else
    if (syscall(SYS_setgroups, identity->group_count, identity->groups) != 0) return -1;
    // In this order: without the user's rights, the group could no longer be changed.
    if (syscall(SYS_setresgid, identity->group, identity->group, identity->group) != 0) return -1;
    if (syscall(SYS_setresuid, identity->user, identity->user, identity->user) != 0) return -1;
    bool may_return = syscall(SYS_setuid, 0) == 0;
#endif
#else
    if (setgroups((int)identity->group_count, identity->groups) != 0) return -1;
    if (setgid(identity->group) != 0 || setuid(identity->user) != 0) return -1;
    bool may_return = setuid(0) == 0;
#endif
    if (is_for_good(identity->user, identity->group, may_return)) return 0;
    errno = EPERM;
    return -1;
}

/// Returns only if something fails, with the stage.
static enum command_spawn_stage become_program(const struct request *request) {
    if (setsid() < 0) return command_spawn_fork;
    if (request->identity && become(request->identity, request->descriptors) != 0) return command_spawn_identity_change;
    // After the change of ids, which takes the signal back.
    if (request->dies_with_us && die_with(request->parent) != 0) return command_spawn_fork;
    if (chdir(request->directory) != 0) return command_spawn_directory;
    if (bind_descriptors(request) != 0) return command_spawn_descriptors;
    if (set_limits(request) != 0) return command_spawn_limits;
    reset_signals();
    execve(request->path, request->arguments, request->environment);
    return command_spawn_execute;
}

pid_t command_spawn(
    const char *path,
    char *const *arguments,
    char *const *environment,
    const char *directory,
    const int *descriptors,
    const struct command_spawn_identity *identity,
    const struct command_spawn_limit *limits,
    size_t limit_count,
    bool dies_with_us,
    enum command_spawn_stage *stage
) {
    const struct request request = {
        path, arguments, environment, directory, descriptors, identity, limits, limit_count, dies_with_us, getpid(),
    };
    // No handler of ours may run in the child, whose memory is ours until it has become the program.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    volatile enum command_spawn_stage failed_stage = command_spawn_fork;
    volatile int failure = 0;
    pid_t child = vfork();
    if (child == 0) {
        failed_stage = become_program(&request);
        failure = errno;
        _exit(127);
    }
    int fork_failure = child < 0 ? errno : 0;
    if (child > 0 && failure != 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
        child = -1;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (child < 0) {
        *stage = failed_stage;
        errno = fork_failure != 0 ? fork_failure : failure;
    }
    return child;
}

// MARK: Watching it

int command_exit_descriptor(pid_t child) {
#if defined(__linux__) && defined(SYS_pidfd_open)
    return (int)syscall(SYS_pidfd_open, child, 0);
#else
    (void)child;
    return -1;
#endif
}

bool command_has_ended(pid_t child) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    int result;
    do {
        result = waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT);
    } while (result != 0 && errno == EINTR);
    // A child that somebody else has waited for has ended, too.
    return result != 0 || info.si_pid == child;
}

int command_start_thread(void (*body)(void *), void *argument) {
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error != 0) return error;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    error = pthread_create(&thread, &attributes, (void *(*)(void *))body, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return error;
}

// MARK: Descriptors

int command_pipe(int ends[2]) {
#ifdef __linux__
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
#else
    if (pipe(ends) != 0) return -1;
    for (int index = 0; index < 2; index++) fcntl(ends[index], F_SETFD, FD_CLOEXEC);
#endif
    // The writer belongs to a program that does not expect it.
    return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

static int anonymous_file(void) {
#ifdef __linux__
    return memfd_create("task", MFD_CLOEXEC);
#else
    char path[] = "/tmp/task.XXXXXXXX";
    int file = mkstemp(path);
    if (file < 0) return -1;
    unlink(path);
    fcntl(file, F_SETFD, FD_CLOEXEC);
    return file;
#endif
}

int command_input_file(const void *bytes, size_t count) {
    int file = anonymous_file();
    if (file < 0) return -1;
    size_t done = 0;
    while (done < count) {
        ssize_t written = write(file, (const char *)bytes + done, count - done);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) goto failed;
        done += (size_t)written;
    }
    if (lseek(file, 0, SEEK_SET) != 0) goto failed;
    return file;
failed:;
    int failure = errno;
    close(file);
    errno = failure;
    return -1;
}

// MARK: Becoming another user

int command_become_user(uid_t user, gid_t group, const gid_t *groups, size_t group_count) {
    if (setgroups(group_count, groups) != 0) return -1;
#ifdef __linux__
    // In this order: without the user's rights, the group could no longer be changed.
    if (setresgid(group, group, group) != 0) return -1;
    if (setresuid(user, user, user) != 0) return -1;
#else
    if (setgid(group) != 0) return -1;
    if (setuid(user) != 0) return -1;
#endif
    bool may_return = setuid(0) == 0 || seteuid(0) == 0;
    if (is_for_good(user, group, may_return)) return 0;
    errno = EPERM;
    return -1;
}
