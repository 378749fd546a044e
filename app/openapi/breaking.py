"""What breaks clients between two documents, each change by name.

An own comparison, since no library that is kept does it in Python: it knows what this API uses of
OpenAPI 3.1, and nothing else.
"""

from collections.abc import Iterator
from typing import Any

from app.openapi.schema_changes import Comparison, Direction

Json = dict[str, Any]


def breaking_changes(old: Json, new: Json) -> list[str]:
    """What clients of the old document cannot put up with in the new one."""
    return list(dict.fromkeys(_changes(old, new)))


def may_break(old_version: str, new_version: str) -> bool:
    """Whether a version was raised at the place that tells of breaking changes.

    That is the first number, or the second as long as the first is 0 (semver.org, 4 and 8).
    """
    old, new = (tuple(map(int, one.split(".")[:2])) for one in (old_version, new_version))
    return new > old if old[0] == 0 else new[0] > old[0]


def _changes(old: Json, new: Json) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"]
            known = new["paths"].get(path, {}).get(method)
            if known is None:
                yield f"{name}: {method.upper()} {path} is removed"
            else:
                for change in _Operations(old, new).changes(operation, known):
                    yield f"{name}: {change}"


class _Operations:
    """Two documents, whose operations are compared."""

    def __init__(self, old: Json, new: Json) -> None:
        self.old, self.new = old, new

    def changes(self, old: Json, new: Json) -> Iterator[str]:
        if old["operationId"] != new["operationId"]:
            yield f"is called {new['operationId']} now"
        if new.get("security") and not old.get("security"):
            yield "needs a login now"
        yield from self._of_parameters(old, new)
        yield from self._of_body(old.get("requestBody", {}), new.get("requestBody", {}))
        for status, answer in old["responses"].items():
            if status < "400":
                known = new["responses"].get(status)
                if known is None:
                    yield f"answer {status}: removed"
                else:
                    answers = _followed(answer, self.old), _followed(known, self.new)
                    yield from self._of_answer(*answers, f"answer {status}")

    def _of_parameters(self, old: Json, new: Json) -> Iterator[str]:
        before, after = _parameters(old), _parameters(new)
        for key in sorted(before.keys() - after.keys()):
            yield f"parameter {key}: removed"
        for key, parameter in after.items():
            known = before.get(key, {})
            if parameter.get("required") and not known.get("required"):
                yield f"parameter {key}: is required now"
            if known:
                compared = Comparison(self.old, self.new, Direction.REQUEST)
                schemas = known["schema"], parameter["schema"]
                yield from compared.changes(*schemas, f"parameter {key}")

    def _of_body(self, old: Json, new: Json) -> Iterator[str]:
        if old and not new:
            yield "body: removed"
            return
        if new.get("required") and not old.get("required"):
            yield "body: is required now"
        yield from self._of_content(old, new, "body", Direction.REQUEST)

    def _of_answer(self, old: Json, new: Json, place: str) -> Iterator[str]:
        for name in sorted(old.get("headers", {}).keys() - new.get("headers", {}).keys()):
            yield f"{place}: header {name} is removed"
        yield from self._of_content(old, new, place, Direction.ANSWER)

    def _of_content(self, old: Json, new: Json, place: str, direction: Direction) -> Iterator[str]:
        before, after = old.get("content", {}), new.get("content", {})
        for media_type in before:
            if media_type not in after:
                yield f"{place}: {media_type} is removed"
            elif "schema" in before[media_type] and "schema" in after[media_type]:
                schemas = before[media_type]["schema"], after[media_type]["schema"]
                yield from Comparison(self.old, self.new, direction).changes(*schemas, place)


def _parameters(operation: Json) -> dict[str, Json]:
    return {f"{one['in']} {one['name']}": one for one in operation.get("parameters", ())}


def _followed(answer: Json, document: Json) -> Json:
    if "$ref" not in answer:
        return answer
    found: Json = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return found
