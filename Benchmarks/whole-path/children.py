"""Child processes: each leads a session of its own, is measured through /proc, and is gone when its scope ends."""
import ctypes
import os
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
PR_SET_PDEATHSIG = 1


class ChildDied(Exception):
    """A child ended although it was to go on."""


class Child:
    """A process, the session it leads and the file that its output goes to."""

    def __init__(self, name, command, directory, environment=None, log=None):
        self.name = name
        self.log = log or os.path.join(directory, f"{name}.log".replace(" ", "-"))
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(
                command, cwd=directory, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=end_with_parent,
            )

    def check(self):
        """Raises if the process has ended."""
        if self.process.poll() is not None:
            raise ChildDied(f"{self.name} ended with status {self.process.returncode}; it said last:\n{self.tail()}")

    def tail(self, lines=15):
        """The last lines of its output."""
        with open(self.log, "rb") as output:
            return b"\n".join(output.read().splitlines()[-lines:]).decode(errors="replace")

    def members(self):
        """The ids of the processes in its session."""
        return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if session(pid) == self.process.pid]

    def cpu_seconds(self):
        """Processor time of the session, user and system, with that of children that have ended."""
        return sum(ticks(pid) for pid in self.members()) / TICKS

    def memory(self, field):
        """Bytes of `VmRSS` (now) or `VmHWM` (highest) over all processes of the session."""
        return sum(field_of(f"/proc/{pid}/status", field) for pid in self.members())

    def proportional_memory(self):
        """Bytes of resident memory, pages that processes share counted once."""
        return sum(field_of(f"/proc/{pid}/smaps_rollup", "Pss") for pid in self.members())

    def stop(self, patience=8):
        """Asks the leader to end, then kills what is left of the session."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + patience
        while self.members() and time.monotonic() < end:
            self.process.poll()
            time.sleep(0.02)
        for pid in self.members():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(timeout=patience)


def end_with_parent():
    """Asks the kernel to kill the child when the harness was killed and cannot do so itself."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def fields(pid):
    """What follows the program's name in /proc/PID/stat, or nothing once the process is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(") ", 1)[1].split()
    except (OSError, IndexError):
        return None


def session(pid):
    """The session of a live process."""
    values = fields(pid)
    return int(values[3]) if values and values[0] != "Z" else None


def ticks(pid):
    """utime, stime, cutime and cstime."""
    values = fields(pid)
    return sum(map(int, values[11:15])) if values else 0


def field_of(path, field):
    """A size in a file of /proc in bytes."""
    try:
        with open(path) as file:
            for line in file:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def machine_busy_seconds():
    """Processor time that all processes of the machine have used."""
    with open("/proc/stat") as file:
        values = list(map(int, file.readline().split()[1:]))
    return (sum(values[:3]) + sum(values[5:8])) / TICKS
