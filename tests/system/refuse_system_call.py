"""Runs a command that is refused some system calls, as a container's seccomp profile would.

Usage: refuse_system_call.py NAME[=HOW],… COMMAND…
    NAME is one of NUMBERS, or "thread": making threads, not processes.
    HOW is an errno's name, or "kill"; EPERM unless said otherwise.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

_NAMES = {
    "accept": (43, 202),
    "accept4": (288, 242),
    "clone": (56, 220),
    "clone3": (435, 435),
    "copy_file_range": (326, 285),
    "epoll_create1": (291, 20),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "perf_event_open": (298, 241),
    "pwrite64": (18, 68),
}
NUMBERS = {
    "x86_64": {name: numbers[0] for name, numbers in _NAMES.items()},
    "aarch64": {name: numbers[1] for name, numbers in _NAMES.items()},
}

# Of linux/prctl.h, linux/seccomp.h, linux/bpf_common.h and linux/sched.h.
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ERRNO, SECCOMP_RET_ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
LOAD_WORD, JUMP_IF_EQUAL, JUMP_IF_ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
NUMBER, FIRST_ARGUMENT = 0, 16  # offsets in the data that a filter sees, see seccomp(2)
CLONE_THREAD = 0x00010000


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def answer(how):
    if how == "kill":
        return SECCOMP_RET_KILL_PROCESS
    return SECCOMP_RET_ERRNO | getattr(errno, how)


def instructions(rules):
    """Each one: code, how far to jump if true and if false, operand."""
    numbers = NUMBERS[platform.machine()]
    for name, how in rules:
        yield (LOAD_WORD, 0, 0, NUMBER)
        if name == "thread":
            # What clone3(2) makes cannot be seen from here; without it the C library uses clone(2).
            yield (JUMP_IF_EQUAL, 0, 1, numbers["clone3"])
            yield (RETURN, 0, 0, answer("ENOSYS"))
            yield (JUMP_IF_EQUAL, 0, 3, numbers["clone"])
            yield (LOAD_WORD, 0, 0, FIRST_ARGUMENT)
            yield (JUMP_IF_ANY_BIT, 0, 1, CLONE_THREAD)
        else:
            yield (JUMP_IF_EQUAL, 0, 1, numbers[name])
        yield (RETURN, 0, 0, answer(how))
    yield (RETURN, 0, 0, SECCOMP_RET_ALLOW)


def refuse(rules):
    program = list(instructions(rules))
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    loaded = Program(len(program), code)
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(loaded)),
    ):
        if libc.prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


def main(what, *command):
    rules = [rule.partition("=") for rule in what.split(",")]
    refuse([(name, how or "EPERM") for name, _, how in rules])
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
