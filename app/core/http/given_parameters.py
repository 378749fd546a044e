"""The parameters that a request does give, read without a look at all that it could."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_validation_alias, request_params_to_args
from starlette.requests import Request

from app.core.http.parameters import MAX_QUERY_PARAMETERS, is_list

Arguments: TypeAlias = dict[str, Any]
Name: TypeAlias = tuple[str, str]
"""Where a parameter is given, and the name that it has there."""


@dataclass(frozen=True, slots=True)
class _Parameter:
    """One argument of one of the functions.

    Attributes:
        function: Which function, by its place.
        field: What FastAPI validates it with.
        is_list: Whether it can be given more than once.
        default: What it is when it is not given; means nothing where it is required.
        is_required: Whether it has to be given.
    """

    function: int
    field: Any
    is_list: bool
    default: Any
    is_required: bool


class GivenParameters:
    """The parameters of some functions, by the names that requests give them."""

    def __init__(self, functions: Sequence[Dependant]) -> None:
        self._by_name: dict[Name, list[_Parameter]] = {}
        self._defaults: list[Arguments] = [{} for _ in functions]
        for name, parameter in _parameters(functions):
            self._by_name.setdefault(name, []).append(parameter)
            self._defaults[parameter.function][parameter.field.name] = parameter.default
        self._required = sum(parameter.is_required for parameter in self._all())
        self._headers = {name.encode() for place, name in self._by_name if place == "header"}

    @property
    def are_plain(self) -> bool:
        """Whether no default is one that a function could change for the next request."""
        defaults = (parameter.default for parameter in self._all())
        return not any(isinstance(default, list | dict | set) for default in defaults)

    def read(self, request: Request) -> list[Arguments] | None:
        """The arguments of each function; None when anything is wrong with names or values."""
        if request.scope["query_string"].count(b"&") >= MAX_QUERY_PARAMETERS:
            return None
        received = self._received(request)
        if not received.keys() <= self._by_name.keys():
            return None
        arguments, missing = [values.copy() for values in self._defaults], self._required
        for name, values in received.items():
            for parameter in self._by_name[name]:
                if len(values) > 1 and not parameter.is_list:
                    return None
                value, errors = parameter.field.validate(values if parameter.is_list else values[0])
                if errors:
                    return None
                arguments[parameter.function][parameter.field.name] = value
                missing -= parameter.is_required
        return None if missing else arguments

    def _received(self, request: Request) -> dict[Name, list[str]]:
        received: dict[Name, list[str]] = {}
        for name, value in request.path_params.items():
            received["path", name] = [value]
        if request.scope["query_string"]:
            for name, value in request.query_params.multi_items():
                received.setdefault(("query", name), []).append(value)
        for header, content in request.scope["headers"] if self._headers else ():
            if header in self._headers:
                received.setdefault(("header", header.decode()), []).append(
                    content.decode("latin-1")
                )
        return received

    def _all(self) -> Iterator[_Parameter]:
        return (parameter for found in self._by_name.values() for parameter in found)


def _parameters(functions: Sequence[Dependant]) -> Iterator[tuple[Name, _Parameter]]:
    for place, function in enumerate(functions):
        fields = {
            "path": function.path_params,
            "query": function.query_params,
            "header": function.header_params,
        }
        for kind, found in fields.items():
            for field in found:
                name = get_validation_alias(field)
                values, errors = request_params_to_args([field], {})
                yield (
                    (kind, name.lower() if kind == "header" else name),
                    _Parameter(
                        function=place,
                        field=field,
                        is_list=is_list(field.field_info.annotation),
                        default=values.get(field.name),
                        is_required=bool(errors),
                    ),
                )
