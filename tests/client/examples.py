"""The examples in the docstrings of the clients."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from app.client import AsyncIMSClient, IMSClient

HEADING = "Example:\n"


@dataclass(frozen=True, slots=True)
class Example:
    """An example as it can be run; `code` is None where there is none."""

    name: str
    text: str | None

    @property
    def names(self) -> set[str]:
        """The names that it has."""
        tree = ast.parse(self.text or "")
        return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}

    @property
    def code(self) -> CodeType:
        """What runs it; a coroutine if it waits."""
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code: CodeType = compile(self.text or "", self.name, "exec", flags=flags)
        return code


def examples_of(client: type[AsyncIMSClient | IMSClient]) -> Iterator[Example]:
    """An example for the class and for each public method of its."""
    yield _example(client.__name__, client)
    for name, method in inspect.getmembers(client, inspect.isfunction):
        if not name.startswith("_"):
            yield _example(f"{client.__name__}.{name}", method)


def _example(name: str, documented: Any) -> Example:
    _, _, text = (inspect.getdoc(documented) or "").partition(HEADING)
    return Example(name, textwrap.dedent(text) or None)
