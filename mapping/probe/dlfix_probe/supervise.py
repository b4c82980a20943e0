"""Runs the child process: time limit, output to a file, nothing left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time

_PR_SET_CHILD_SUBREAPER = 36
OUTPUT_LIMIT = 1 << 20


class Outcome:
    """How the child ended: exit code (negative: signal), whether we stopped it, bytes printed."""

    def __init__(self, code, timed_out, printed):
        self.code = code
        self.timed_out = timed_out
        self.printed = printed


def module_command(module, *arguments):
    """A module of ours as a process, with nothing imported from the current folder."""
    run_module = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "run_module.py")
    return [sys.executable, run_module, module] + list(arguments)


def adopt_orphans():
    """Processes that outlive the child become ours, so that they can be ended."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (OSError, AttributeError):
        pass


def children_of(parent):
    """Process ids whose parent is `parent`; empty where /proc is missing."""
    found = []
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else []:
        if not entry.isdigit():
            continue
        try:
            with open("/proc/" + entry + "/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        if int(fields[1]) == parent:
            found.append(int(entry))
    return found


def kill_descendants(attempts=50):
    """Ends every process below this one."""
    for _ in range(attempts):
        below = children_of(os.getpid())
        if not below:
            return
        for pid in below:
            for descendant in [pid] + _all_below(pid):
                _kill(descendant)
        _reap()
        time.sleep(0.01)


def _all_below(pid):
    found = []
    for child in children_of(pid):
        found.append(child)
        found.extend(_all_below(child))
    return found


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass


def _reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] > 0:
            pass
    except ChildProcessError:
        pass


class _OutputFile(threading.Thread):
    """Copies what the child prints, up to the limit; what comes after is read and dropped."""

    def __init__(self, pipe, path):
        super().__init__(daemon=True)
        self._pipe = pipe
        self._file = open(path, "wb")
        self.total = 0

    def run(self):
        written = 0
        while True:
            block = self._pipe.read1(65536)
            if not block:
                break
            self.total += len(block)
            kept = block[:max(0, OUTPUT_LIMIT - written)]
            self._file.write(kept)
            written += len(kept)
        self._file.close()


def _stop_on_signals():
    def stop(number, _frame):
        kill_descendants()
        os._exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)


def run(command, environment, cwd, seconds, output_path):
    """Runs `command` to its end, or to `seconds`; then no process of it is left."""
    adopt_orphans()
    _stop_on_signals()
    child = subprocess.Popen(command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             start_new_session=True)
    output = _OutputFile(child.stdout, output_path)
    output.start()
    timed_out = False
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        timed_out = True
        _kill(child.pid)
        child.wait()
    kill_descendants()
    output.join(5.0)
    return Outcome(child.returncode, timed_out, output.total)
