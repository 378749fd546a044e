"""No secret is shown or logged by accident."""

import logging
import pickle

import pytest
from pydantic import ValidationError

from app.client import AsyncIMSClient, IMSClient
from app.client.bodies import json_of
from app.client.calls import call
from app.client.errors import IMSError
from app.client.schemas import (
    LoggedIn,
    LoginRequest,
    OwnPasswordAndCode,
    PasswordChange,
    PasswordResetConfirmation,
    RefreshRequest,
)
from tests.client.conftest import Workplace
from tests.client.served import Service
from tests.factories import PASSWORD


def test_a_client_does_not_show_what_it_calls_with() -> None:
    secret = "ims_dev_secret"

    assert repr(IMSClient("http://test", api_key=secret)) == "IMSClient('http://test', KeyAccess)"
    for shown in (
        IMSClient("http://test", username="ada", password=secret),
        AsyncIMSClient("http://test", api_key=secret),
    ):
        assert secret not in repr(shown)
        assert secret not in repr(vars(shown._transport))
        assert secret not in repr(vars(shown._transport.access))


async def test_an_answer_does_not_show_the_tokens_in_it(
    served: Service, workplace: Workplace
) -> None:
    asked = {"username": workplace.editor.username, "password": PASSWORD}
    logged_in = await workplace.client.log_in(asked)

    assert isinstance(logged_in, LoggedIn)
    for secret in (logged_in.access_token, logged_in.refresh_token):
        assert secret not in repr(logged_in)
    key = {"name": "Key", "site_ids": [workplace.site.id], "role": "viewer"}
    made = await workplace.client.create_api_key(key)
    assert made.key not in repr(made)


@pytest.mark.parametrize(
    "body",
    [
        LoginRequest(username="ada", password=PASSWORD, totp="123456"),
        RefreshRequest(refresh_token=PASSWORD),
        OwnPasswordAndCode(password=PASSWORD, totp="123456"),
        PasswordChange.model_validate({"current_password": PASSWORD, "new_password": PASSWORD}),
        PasswordResetConfirmation.model_validate({"token": PASSWORD, "new_password": PASSWORD}),
    ],
)
def test_a_body_is_sent_whole_and_shown_without_its_secrets(body: object) -> None:
    assert PASSWORD.encode() in json_of(body)  # type: ignore[arg-type]
    for shown in (repr(body), repr(call("POST", "/auth/login", body=body))):  # type: ignore[arg-type]
        assert PASSWORD not in shown
        assert "123456" not in shown


async def test_a_login_that_is_refused_before_it_is_sent_does_not_show_the_password() -> None:
    client = AsyncIMSClient("http://test")

    with pytest.raises(ValidationError) as refused:
        await client.log_in({"username": "ada", "password": [PASSWORD]})

    assert PASSWORD not in str(refused.value)


async def test_errors_and_logs_hold_no_secret(
    served: Service, workplace: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = list[str]()

    async def source() -> str:
        tokens.append(workplace.make.token(served.api, workplace.editor))
        return tokens[-1]

    async with AsyncIMSClient(served.url, token_source=source) as client:
        with pytest.raises(IMSError) as refused:
            await client.change_password(
                {"current_password": "a wrong one", "new_password": "another wrong one"}
            )

    told = f"{refused.value} {refused.value!r} {caplog.text}"
    for secret in ("a wrong one", "another wrong one", *tokens):
        assert secret not in told


def test_a_client_is_not_written_down() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(IMSClient("http://test", api_key="ims_dev_secret"))
