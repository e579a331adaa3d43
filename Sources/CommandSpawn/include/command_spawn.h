/// Starting the program of a command task: what neither `posix_spawn` nor a Swift library can do between fork and exec.
///
/// Resource limits, the parent-death signal and the closing of every other descriptor have to be in place before the program's
/// first instruction, and only async-signal-safe C may run there.

#ifndef COMMAND_SPAWN_H
#define COMMAND_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What a limit is about; the numbers of `RLIMIT_…` differ between systems, as do their types.
enum command_resource {
    /// Bytes of address space.
    command_resource_memory = 0,
    /// Seconds on a processor.
    command_resource_processor_time = 1,
    /// Open descriptors.
    command_resource_files = 2,
    /// Bytes of any file that is written.
    command_resource_file_size = 3,
    /// Processes and threads of the user, those of others included.
    command_resource_processes = 4,
    /// Bytes of a core dump.
    command_resource_core = 5,
};

/// One resource limit: soft and hard, lowered to what this process may set.
struct command_spawn_limit {
    enum command_resource resource;
    uint64_t value;
};

/// Who a program is to the kernel.
struct command_spawn_identity {
    uid_t user;
    gid_t group;
    const gid_t *groups;
    size_t group_count;
};

/// What failed.
enum command_spawn_stage {
    command_spawn_fork = 0,
    command_spawn_directory = 1,
    command_spawn_descriptors = 2,
    command_spawn_limits = 3,
    command_spawn_execute = 4,
    command_spawn_identity_change = 5,
};

/// Starts a program as the leader of a session and a process group of its own, with an empty signal mask and default dispositions.
///
/// A session, because Linux shares processors out among sessions first (sched_autogroup): a program that takes all it can get does not
/// hold up the thread that has to stop it.
///
/// On Linux the kernel kills it, if `dies_with_us`, when the *thread* that called this ends: the caller has to stay until the
/// program has ended.
///
/// - Parameters:
///   - path: An absolute path.
///   - arguments: End with a null pointer, as does `environment`.
///   - descriptors: What become its descriptors 0, 1 and 2; all others are closed.
///   - identity: Whom it runs as, real, effective and saved ids alike, checked afterwards; null for as whom we run.
///   - stage: What failed.
/// - Returns: The process id; or -1 with `errno` set.
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
);

/// A descriptor that is readable once a child has ended; -1 where the system has no such thing.
int command_exit_descriptor(pid_t child);

/// Whether a child has ended; it stays a zombie, so that its id and that of its group are not given to others.
bool command_has_ended(pid_t child);

/// A file that has no name, with these bytes, to be read from its beginning; -1 with `errno` set.
int command_input_file(const void *bytes, size_t count);

/// Runs `body` on a thread of its own, with signals blocked; 0 or an error number.
int command_start_thread(void (*body)(void *), void *argument);

/// A pipe whose ends are closed on exec, and whose reader does not block; 0, or -1 with `errno` set.
int command_pipe(int ends[2]);

/// Takes on the identity of a user for good: groups, group and user, real, effective and saved, checked afterwards.
///
/// - Returns: 0, or -1 with `errno` set; then the process must end, for it may be half changed.
int command_become_user(uid_t user, gid_t group, const gid_t *groups, size_t group_count);

#endif
