"""Serve a reference: one process, the same server as the service's own.

python -m bench.references raw|idiomatic SOCKET_DIR DATABASE POOL_SIZE PORT
"""

import sys

import uvicorn

from bench.references.idiomatic.app import create_app as create_idiomatic
from bench.references.raw.app import create_app as create_raw


def main() -> None:
    """Serve the reference that is named until a signal."""
    which, socket_dir, database, pool_size, port = sys.argv[1:]
    create = {"raw": create_raw, "idiomatic": create_idiomatic}[which]
    app = create(socket_dir, database, pool_size=int(pool_size))
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
