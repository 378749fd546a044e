"""Logs are one JSON object a line, whoever writes them, and quote nobody's text."""

import json
import subprocess
import sys
from typing import Any

import pytest

from app.core.addresses import mask_address

PROGRAM = """
import logging
import structlog
from app.core.config import Settings
from app.core.log_context import log_context
from app.core.logging import configure_logging

configure_logging(Settings(_env_file=None, log_level={level!r}, debug={debug}))
log = structlog.get_logger()
{body}
"""


def run(body: str, *, level: str = "INFO", debug: bool = False) -> list[dict[str, Any]]:
    """Log in a process of its own and read what it printed, line by line."""
    program = PROGRAM.format(body=body, level=level, debug=debug)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)  # noqa: S603
    assert done.stderr == b""
    return [json.loads(line) for line in done.stdout.decode("ascii").splitlines()]


def test_what_ends_a_line_or_commands_a_terminal_is_escaped() -> None:
    nasty = "a\r\nb\u2028c\u2029d\x1b[31me\x85f\ud800"

    ours, theirs = run(f"log.info({nasty!r})\nlogging.getLogger('x').warning('%s', {nasty!r})")

    assert ours["event"] == theirs["event"] == nasty
    assert (theirs["logger"], theirs["level"]) == ("x", "warning")


def test_a_line_has_time_level_and_what_is_bound() -> None:
    (line,) = run("with log_context({'request_id': 'r'}): log.info('e', n=1)")

    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "e", "level": "info", "n": 1, "request_id": "r"}


def test_libraries_lines_carry_the_request_id_too() -> None:
    (line,) = run(
        "with log_context({'request_id': 'r'}): logging.getLogger('uvicorn.error').error('e')"
    )

    assert (line["event"], line["request_id"]) == ("e", "r")


def test_levels_below_the_setting_are_left_out() -> None:
    body = "log.info('a')\nlogging.info('b')\nlog.warning('c')\nlogging.warning('d')"

    assert [line["event"] for line in run(body, level="WARNING")] == ["c", "d"]


def test_debug_lowers_the_level_but_not_that_of_statements_with_values() -> None:
    body = (
        "log.debug('a')\nlogging.debug('b')\n"
        "logging.getLogger('sqlalchemy.engine.Engine').info('c')"
    )

    assert [line["event"] for line in run(body, debug=True)] == ["a", "b"]


def test_uvicorn_s_own_access_log_is_off() -> None:
    assert run("logging.getLogger('uvicorn.access').info('GET /?q=secret')") == []


def test_a_stack_is_part_of_its_line_without_quoted_rows() -> None:
    body = """
import asyncpg, pydantic
def fail():
    try:
        raise asyncpg.UniqueViolationError('Key (email)=(ann' + '@example.com) exists')
    except asyncpg.UniqueViolationError as error:
        raise RuntimeError('outer') from error
try:
    fail()
except RuntimeError:
    log.exception('e')
    logging.exception('f')
try:
    pydantic.TypeAdapter(int).validate_python('ann' + '@example.com')
except ValueError as error:
    log.error('g', exc_info=error)
"""
    lines = run(body)

    for line in lines[:2]:
        stack = line["exception"]
        assert stack.index("UniqueViolationError") < stack.index("RuntimeError: outer")
        assert "in fail" in stack
    assert "ValidationError" in lines[2]["exception"]
    assert "ann@example.com" not in json.dumps(lines)


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("testclient", "-"),
        ("", "-"),
        (None, "-"),
        ("1.2.3.4\n", "-"),
    ],
)
def test_addresses_are_masked_to_their_network(address: str | None, masked: str) -> None:
    assert mask_address(address) == masked
