"""The example of each method does what it says, on a real service."""

import asyncio
import inspect
from pathlib import Path
from typing import Any

import pytest

from app.client import AsyncIMSClient, IMSClient
from tests.client.examples import Example, examples_of
from tests.client.scene import Scene
from tests.client.served import Service

OF_ASYNC = list(examples_of(AsyncIMSClient))
OF_SYNC = list(examples_of(IMSClient))


def each(examples: list[Example]) -> pytest.MarkDecorator:
    """One test for each example."""
    return pytest.mark.parametrize("example", examples, ids=lambda example: example.name)


@pytest.fixture
async def scene(served: Service, tmp_path: Path) -> Scene:
    return await Scene.open(served, tmp_path)


def test_every_method_has_an_example() -> None:
    assert [example.name for example in [*OF_ASYNC, *OF_SYNC] if example.text is None] == []


@each(OF_ASYNC)
async def test_it_runs_with_asyncio(example: Example, scene: Scene) -> None:
    names = await scene.of(example.names)
    served = scene.served
    async with AsyncIMSClient(
        served.url, token_source=_source_of(scene), http=served.http
    ) as client:
        running = eval(example.code, names | {"client": client, "AsyncIMSClient": AsyncIMSClient})  # noqa: S307
        if inspect.isawaitable(running):
            await running


@each(OF_SYNC)
async def test_it_runs_without(example: Example, scene: Scene) -> None:
    names = await scene.of(example.names)
    if visit := names.get("sent_back_from"):
        names["sent_back_from"] = lambda address: asyncio.run(visit(address))
    served = scene.served
    token = served.make.token(served.api, scene.caller)

    def run() -> None:
        with IMSClient(served.url, token_source=lambda: token, http=served.waiting_http) as client:
            exec(example.code, names | {"client": client, "IMSClient": IMSClient})  # noqa: S102

    await asyncio.to_thread(run)


def _source_of(scene: Scene) -> Any:
    async def token() -> str:
        return scene.served.make.token(scene.served.api, scene.caller)

    return token
