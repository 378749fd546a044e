"""Run as a script: become another program, one that ends when its starter ends.

A step of its own between starter and program, because code run between fork and exec (`preexec_fn`)
may deadlock in a process with threads. Takes: starter's pid, signal, uid, gid, program, arguments.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
KEEP_ACCOUNT = -1


def become(parent: int, end_signal: int, account: tuple[int, int], command: list[str]) -> None:
    """Drop to the account, ask for the signal, and replace this process by the command."""
    uid, gid = account
    if uid != KEEP_ACCOUNT:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":  # asked for last: a change of account takes it back
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, end_signal)
    if os.getppid() != parent:  # the starter ended before we could ask
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  # without a shell is what we want


if __name__ == "__main__":
    _parent, _signal, _uid, _gid = map(int, sys.argv[1:5])
    become(_parent, _signal, (_uid, _gid), sys.argv[5:])
