"""What processes have cost so far, as the kernel counts it."""

import os
from pathlib import Path

PROC = Path("/proc")
UTIME, STIME, CUTIME, CSTIME = 11, 12, 13, 14
"""Places in /proc/PID/stat, counted after the name, which may hold spaces."""


def is_counted() -> bool:
    """Whether this system tells: Linux does."""
    return (PROC / "self" / "stat").exists()


def process_seconds(pid: int) -> float:
    """The CPU time of a process: of its living threads to the nanosecond where that is told."""
    try:
        tasks = list((PROC / str(pid) / "task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    except FileNotFoundError:
        return _ticks(pid, UTIME, STIME)


def database_seconds(postmaster: int) -> float:
    """The CPU time of a PostgreSQL: of all its processes, and of those that have ended."""
    children = (PROC / str(postmaster) / "task" / str(postmaster) / "children").read_text().split()
    living = sum(map(process_seconds, map(int, children)))
    return living + process_seconds(postmaster) + _ticks(postmaster, CUTIME, CSTIME)


def _ticks(pid: int, *places: int) -> float:
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except FileNotFoundError:  # it has just ended
        return 0.0
    fields = stat.rpartition(") ")[2].split()
    return sum(int(fields[place]) for place in places) / os.sysconf("SC_CLK_TCK")
