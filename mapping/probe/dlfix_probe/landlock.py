"""Linux Landlock: forbids a process and its children to write outside given directories.

See `man 7 landlock`. Needs no privileges; kernels before 5.13 and other systems do not have it.
"""

import ctypes
import os

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
_WRITE_FILE = 1 << 1
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_PR_SET_NO_NEW_PRIVS = 38


class _RulesetAttributes(ctypes.Structure):
    _fields_ = [("handled_access_fs", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32)]


def _libc():
    return ctypes.CDLL(None, use_errno=True)


def version():
    """The kernel's Landlock version; 0 where there is none."""
    try:
        return max(0, _libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1))
    except (OSError, AttributeError):
        return 0


def _handled(abi):
    access = _WRITE_FILE | _REMOVE_AND_MAKE
    if abi >= 2:
        access |= _REFER
    if abi >= 3:
        access |= _TRUNCATE
    return access


def allow_writes_only_in(directories):
    """True when from now on writes elsewhere fail, for this process and all that it starts."""
    abi = version()
    if abi < 1:
        return False
    libc = _libc()
    handled = _handled(abi)
    attributes = _RulesetAttributes(handled)
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.byref(attributes),
                           ctypes.c_size_t(ctypes.sizeof(attributes)), 0)
    if ruleset < 0:
        return False
    try:
        for directory in directories:
            if not _add_rule(libc, ruleset, directory, handled):
                return False
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            return False
        return libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _add_rule(libc, ruleset, directory, access):
    handle = os.open(directory, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _PathBeneath(access, handle)
        return libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), 0) == 0
    finally:
        os.close(handle)
