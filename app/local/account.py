"""Which account the servers run under, and which folders it can use."""

import os
import pwd
import stat
from pathlib import Path
from typing import NamedTuple

from app.local.errors import LocalServerError


class Account(NamedTuple):
    """A user and group of this machine, by number."""

    uid: int
    gid: int


def server_account(data_dir: Path) -> Account | None:
    """The account to drop to, or None where the servers run as we do.

    PostgreSQL refuses to run as root. Root therefore gives way to whoever owns the data already,
    so that `sudo` once does not lock an ordinary user out, or else to an unprivileged account.
    """
    if os.geteuid() != 0:
        return None
    if data_dir.exists() and (owner := data_dir.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise LocalServerError("No account `postgres` or `nobody` to run as: start as an ordinary user")


def may_enter(folder: Path, account: Account | None) -> bool:
    """Whether the account can reach what is in the folder."""
    if account is None:
        return True
    return all(_may_pass(level.stat(), account) for level in (folder, *folder.parents))


def _may_pass(found: os.stat_result, account: Account) -> bool:
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def private_folder(path: Path, account: Account | None) -> Path:
    """Make a folder that the account alone can enter.

    Raises:
        LocalServerError: The path is somebody else's, or no folder.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    ours = {os.geteuid(), account.uid} if account else {os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise LocalServerError(f"{path} is not a folder of ours; remove it or set IMS_STATE_DIR")
    if account:
        os.chown(path, *account, follow_symlinks=False)
    path.chmod(0o700)
    return path
