"""Limits that the child puts on itself before the user's program starts."""

import ctypes
import os
import resource

from . import landlock

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_SIGKILL = 9
_MEGABYTE = 1 << 20


def die_with_parent():
    """Asks the kernel to end this process when the supervisor ends."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    except (OSError, AttributeError):
        pass


def _limit(kind, value):
    soft, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    try:
        resource.setrlimit(kind, (value, hard if hard != resource.RLIM_INFINITY else value))
        return True
    except (ValueError, OSError):
        return False


def processes_of_user():
    """How many threads and processes the user has now (RLIMIT_NPROC counts both)."""
    total = 0
    uid = os.getuid()
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else []:
        if not entry.isdigit():
            continue
        try:
            if os.stat("/proc/" + entry).st_uid == uid:
                total += len(os.listdir("/proc/" + entry + "/task"))
        except OSError:
            continue
    return total


def set_limits(memory_mb, timeout):
    """Memory, processor time, file size, core dumps and (for plain users) processes."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, max(memory_mb, 4096) * _MEGABYTE)
    _limit(resource.RLIMIT_CPU, int(timeout * (os.cpu_count() or 1)) + 60)
    if hasattr(resource, "RLIMIT_NPROC"):
        _limit(resource.RLIMIT_NPROC, processes_of_user() + 512)
    return _limit(resource.RLIMIT_AS, memory_mb * _MEGABYTE)


def without_network():
    """True when the process now has a network namespace of its own, with nothing in it."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWNET) == 0:
            return True
        uid, gid = os.getuid(), os.getgid()
        if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
            return False
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", "{0} {0} 1".format(uid))
        _write("/proc/self/gid_map", "{0} {0} 1".format(gid))
        return True
    except (OSError, AttributeError):
        return False


def _write(path, text):
    try:
        with open(path, "w") as file:
            file.write(text)
    except OSError:
        pass


def refuse_sockets():
    """Python's own sockets answer with an error that says why."""
    import socket

    def refuse(*_arguments, **_keywords):
        raise OSError("the network is refused while a program is read")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        _wrap_method(socket.socket, name, refuse)
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        setattr(socket, name, refuse)


def _wrap_method(owner, name, refuse):
    import socket
    original = getattr(owner, name)

    def guarded(self, *arguments, **keywords):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            return refuse()
        return original(self, *arguments, **keywords)

    try:
        setattr(owner, name, guarded)
    except TypeError:
        pass


def contain(options, scratch):
    """Applies all limits; what could not be contained, as sentences for `warnings`."""
    die_with_parent()
    gaps = []
    if not options.get("network_taken") and not without_network():
        gaps.append("the network could only be refused to Python code, not to libraries")
    if not set_limits(options["memory"], options["timeout"]):
        gaps.append("the memory limit could not be set")
    writable = [scratch, options["out"]] + (["/dev"] if os.path.isdir("/dev") else [])
    contained = landlock.allow_writes_only_in(writable)
    if not contained:
        gaps.append("writes were diverted for Python code only; other processes were refused")
    refuse_sockets()
    return gaps, contained
