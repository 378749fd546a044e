"""`ims dev`: databases, migrations, web process and worker as one command that ends as one."""

import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import httpx

from app.core.config import Settings, process_environment
from app.local.address import address, choose_port
from app.local.banner import banner, say
from app.local.databases import Addresses, open_databases
from app.local.demo import publish_demo_users
from app.local.errors import LocalServerError
from app.local.mailbox import Mailbox
from app.local.places import choose_places
from app.local.process import Process, Watched, last_output, run_to_end, start, stop
from app.local.state import Servers, held_lock, prepare_state_dir, write_servers
from app.local.stopping import Stopped, ignore_stop_signals, stop_signals

IMS = (sys.executable, "-m", "app.cli")
APPLICATION = ("serve", "worker")
SECONDS_TO_ANSWER = 60


def run(settings: Settings, *, command: Sequence[str] = IMS) -> int:
    """Run everything until a signal, or until one of the processes ends; return the exit code."""
    try:
        with stop_signals():
            state_dir = prepare_state_dir(settings.ims_state_dir)
            with held_lock(state_dir), ExitStack() as stack:
                try:
                    Supervisor(settings, state_dir, command=command, stack=stack).run()
                finally:
                    ignore_stop_signals()
                    say("\nStopping ...")
    except Stopped:
        say("Stopped.")
    except LocalServerError as error:
        say(f"\n{error}")
        return 1
    return 0


class Supervisor:
    """One run in one state directory; the stack undoes it, last started first."""

    def __init__(
        self, settings: Settings, state_dir: Path, *, command: Sequence[str], stack: ExitStack
    ) -> None:
        self.settings = settings
        self.state_dir = state_dir
        self.logs = state_dir / "logs"
        self.command = command
        self.stack = stack
        self.is_seeded = settings.ims_seed or settings.database_url is None
        self.watched: list[Watched] = []
        self.mailbox = Mailbox(state_dir)

    def run(self) -> NoReturn:
        """Start everything, tell where it is, and watch it until something ends.

        Raises:
            LocalServerError: Something does not start, or ended by itself.
        """
        settings = self.settings
        choose_port(settings.host, settings.port)  # one that is taken is told before the long part
        places = choose_places(self.state_dir)
        addresses = open_databases(settings, places, state_dir=self.state_dir, stack=self.stack)
        self.watched += addresses.processes
        self.logs.mkdir(mode=0o700, exist_ok=True)
        environment = self._environment(addresses)
        self._prepare_database(addresses, environment)
        url = self._serve(environment)
        users = publish_demo_users(self.state_dir, url) if self.is_seeded else []
        write_servers(self.state_dir, _servers(url, addresses))
        data = None if settings.database_url else places.data
        say(banner(url, users, state_dir=self.state_dir, data=data))
        self._watch()

    def _watch(self) -> NoReturn:
        at_terminal = sys.stdout.isatty()
        while True:
            self._check()
            for path in self.mailbox.new_messages():
                say(f"E-mail: {path}")
            # A terminal that hangs up tells its session's leader alone, which may be `make`.
            if at_terminal and not sys.stdout.isatty():
                raise Stopped
            time.sleep(0.2)

    def _environment(self, addresses: Addresses) -> dict[str, str]:
        set_here = {
            "DATABASE_URL": addresses.database_url,
            "MIGRATION_DATABASE_URL": addresses.migration_database_url or "",
            "REDIS_URL": addresses.redis_url,
            "IMS_STATE_DIR": str(self.state_dir),
        }
        return process_environment() | set_here

    def _prepare_database(self, addresses: Addresses, environment: Mapping[str, str]) -> None:
        if addresses.migration_database_url:
            self._run_step("migrate", "Migrating the database", environment)
        else:
            say("Leaving the schema as it is: MIGRATION_DATABASE_URL is not set")
        if self.is_seeded:
            self._run_step("seed", "Seeding demo data", environment)

    def _run_step(self, name: str, title: str, environment: Mapping[str, str]) -> None:
        say(f"{title} ...")
        log = self._log(name)
        code = run_to_end([*self.command, name], log=log, environment=environment)
        if code != 0:
            raise _ended(name, code, log)

    def _serve(self, environment: Mapping[str, str]) -> str:
        """Start the application and return the address at which it answers."""
        say("Starting API and worker ...")
        host = self.settings.host
        port = choose_port(host, self.settings.port)  # late: another start may have taken it by now
        self._start_application({**environment, "HOST": host, "PORT": str(port)})
        url = address(host, port)
        self._wait_until_ready(url)
        return url

    def _start_application(self, environment: Mapping[str, str]) -> None:
        application: list[Process] = []
        self.stack.callback(stop, application)
        for name in APPLICATION:
            log = self._log(name)
            process = start([*self.command, name], log=log, environment=environment)
            application.append(process)
            self.watched.append(Watched(name, process, log))

    def _wait_until_ready(self, url: str) -> None:
        give_up = time.monotonic() + SECONDS_TO_ANSWER
        # Without the environment's proxies: the web process is on this machine.
        with httpx.Client(trust_env=False, timeout=5) as client:
            while not _is_ready(client, url):
                self._check()
                if time.monotonic() > give_up:
                    output = last_output(self._log("serve"))
                    raise LocalServerError(f"No answer at {url}. Last output of serve:\n{output}")
                time.sleep(0.05)

    def _check(self) -> None:
        for name, process, log in self.watched:
            if (code := process.poll()) is not None:
                raise _ended(name, code, log)

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


def _is_ready(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(f"{url}/health/ready").is_success
    except httpx.TransportError:
        return False


def _ended(name: str, code: int, log: Path) -> LocalServerError:
    how = f"exit code {code}" if code >= 0 else f"signal {-code}"
    return LocalServerError(f"{name} ended ({how}). Its last output ({log}):\n{last_output(log)}")


def _servers(url: str, addresses: Addresses) -> Servers:
    return Servers(
        url=url,
        database_url=addresses.database_url,
        migration_database_url=addresses.migration_database_url,
        redis_url=addresses.redis_url,
        supervisor_pid=os.getpid(),
    )
