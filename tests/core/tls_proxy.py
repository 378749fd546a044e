"""Servers that speak TLS, in front of ours, which do not."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

HERE = "0.0.0.0"  # noqa: S104 - reaches this machine, though it is no loopback address

SSL_REQUEST = b"\0\0\0\x08\x04\xd2\x16\x2f"
"""What a client of PostgreSQL that wants TLS asks before anything else."""

Connection = socket.socket
Begin = Callable[[Connection], Connection]


@contextmanager
def postgres_proxy(server: Path, context: ssl.SSLContext | None) -> Iterator[int]:
    """A PostgreSQL with TLS, or one that has none; gives the port."""

    def begin(connection: Connection) -> Connection:
        asked = connection.recv(len(SSL_REQUEST), socket.MSG_PEEK)
        if asked != SSL_REQUEST:
            return connection
        connection.recv(len(SSL_REQUEST))
        connection.sendall(b"N" if context is None else b"S")
        return connection if context is None else context.wrap_socket(connection, server_side=True)

    with _proxy(server, begin) as port:
        yield port


@contextmanager
def tls_proxy(server: Path, context: ssl.SSLContext) -> Iterator[int]:
    """A server with TLS from the first byte on; gives the port."""
    with _proxy(server, lambda one: context.wrap_socket(one, server_side=True)) as port:
        yield port


@contextmanager
def _proxy(server: Path, begin: Begin) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_accept, args=(listener, server, begin))
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _accept(listener: Connection, server: Path, begin: Begin) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_serve, args=(connection, server, begin), daemon=True).start()


def _serve(connection: Connection, server: Path, begin: Begin) -> None:
    """Pass on what both sides say, until one of them leaves."""
    with connection, suppress(OSError):  # a client that is not satisfied with us leaves
        spoken = begin(connection)
        with spoken, socket.socket(socket.AF_UNIX) as behind:
            behind.connect(str(server))
            back = threading.Thread(target=_pump, args=(behind, spoken), daemon=True)
            back.start()
            _pump(spoken, behind)
            back.join()


def _pump(source: Connection, target: Connection) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
