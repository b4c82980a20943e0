"""bubblewrap and a control group around the process that runs a program, where they can be had.

What contain.py does from inside holds in any case; this adds what a process cannot do to itself. `Sandbox` says what
it used and what stays open, for the document's `containment`.
"""

import os
import shutil
import subprocess

from . import landlock

# Set by who contains the probe as a whole: a second sandbox inside would only fail.
CONTAINED = "DLFIX_CONTAINED"
_PROCESSES = 300
_TRIAL_SECONDS = 10.0
_GROUPS = "/sys/fs/cgroup"
# Enters the groups that are named before `--`, then becomes the command behind it.
_ENTER = 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 125; shift; done; shift; exec "$@"'


class Sandbox:
    """`prefix` goes before the command. Use as a context manager: control groups go in the end."""

    def __init__(self, writable, memory_mb):
        self.prefix = []
        self.means = []
        self._groups = []
        self.has_namespaces = True
        if os.environ.get(CONTAINED):
            self.means = ["the sandbox that the probe runs in"]
            self.not_contained = []
            return
        self._groups, kind = _make_groups(memory_mb)
        if self._groups:
            self.prefix = ["/bin/sh", "-c", _ENTER, "sh"] + self._groups + ["--"]
            self.means.append(kind)
        bubblewrap = _bubblewrap(writable)
        if bubblewrap and _works(self.prefix + bubblewrap):
            self.prefix += bubblewrap
            self.means.append("bubblewrap")
        elif self._groups and not _works(self.prefix):
            self._remove_groups()
            self.prefix, self.means = [], []
        self.has_namespaces = "bubblewrap" in self.means
        if landlock.version() > 0:
            self.means.append("Landlock")
        self.not_contained = self._open()

    def _open(self):
        """What a program can still do, as sentences."""
        still = ["it can read the files that you can read"]
        if not self.has_namespaces:
            still.append("it can see and signal your other processes")
        if not self._groups:
            still.append("memory is limited for each of its processes, not for all together")
            if os.geteuid() == 0:
                still.append("the number of its processes is not limited, since root runs it")
        return still

    def exit_code(self, code):
        """The program's: bubblewrap reports the signal 9 as 137, where Python says -9."""
        return 128 - code if self.prefix and code > 128 else code

    def _remove_groups(self):
        for group in self._groups:
            try:
                os.rmdir(group)
            except OSError:
                pass
        self._groups = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._remove_groups()


def _works(prefix):
    try:
        return subprocess.run(prefix + ["/bin/true"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=_TRIAL_SECONDS).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _bubblewrap(writable):
    """Its words; [] where it is not installed. /tmp stays visible: programs may lie there."""
    program = shutil.which("bwrap")
    if program is None:
        return []
    words = [program, "--ro-bind", "/", "/", "--dev", "/dev", "--tmpfs", "/dev/shm", "--proc", "/proc"]
    for folder in writable:
        words += ["--bind", folder, folder]
    return words + ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--cap-drop", "ALL",
                    "--new-session", "--die-with-parent", "--"]


def _make_groups(memory_mb):
    """(folders, what they are): a control group of version 2 below ours, or two of version 1; else ([], "")."""
    name = "dlfix-probe-%d" % os.getpid()
    memory = memory_mb << 20
    group = _own_group(name)
    if group and _make_group(group, {"pids.max": _PROCESSES, "memory.max": memory}):
        return [group], "a control group"
    wanted = [(os.path.join(_GROUPS, "pids", name), {"pids.max": _PROCESSES}),
              (os.path.join(_GROUPS, "memory", name), {"memory.limit_in_bytes": memory})]
    made = []
    for folder, limits in wanted:
        if not _make_group(folder, limits):
            for earlier in made:
                os.rmdir(earlier)
            return [], ""
        made.append(folder)
    return made, "control groups"


def _own_group(name):
    try:
        with open("/proc/self/cgroup") as file:
            own = [line[3:].strip() for line in file if line.startswith("0::")]
    except OSError:
        return None
    return _GROUPS + own[0].rstrip("/") + "/" + name if own else None


def _make_group(folder, limits):
    """False leaves nothing behind."""
    try:
        os.mkdir(folder)
    except OSError:
        return False
    try:
        for name, value in limits.items():
            with open(os.path.join(folder, name), "r+") as file:
                file.write(str(value))
        return True
    except OSError:
        os.rmdir(folder)
        return False
