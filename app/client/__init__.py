"""The client of the API, for programs in Python: `IMSClient`, and `AsyncIMSClient` for asyncio.

Each operation of the OpenAPI document is a method, written once, by hand, in `asynchronous/`: with
its real signature, so that people, editors and type checkers see what it takes and answers, and
with an example that the tests run. `synchronous/` is the same text without `async` and `await`,
made by `make client`; it is committed, so that it can be read and debugged like any other code. A
test holds that it is up to date, and another one holds the methods against the document. What
neither waits nor sends (errors, back-off, queries, bodies) stands beside both, once.

The other ways were worse to live with: methods made at run time show no signatures, two clients
written by hand drift apart, and code generated from the document has no examples and nothing to
say for itself.
"""

from app.client.asynchronous.client import AsyncIMSClient
from app.client.errors import APIError, IMSError
from app.client.retries import Retries
from app.client.synchronous.client import IMSClient

__all__ = ["APIError", "AsyncIMSClient", "IMSClient", "IMSError", "Retries"]
