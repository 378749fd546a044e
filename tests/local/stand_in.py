"""Run as a script: stands in for the `ims` command, so that the supervisor is tested alone.

It imports nothing of the application, for it is started again and again.
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Answer(BaseHTTPRequestHandler):
    """Every path is answered with 200."""

    def do_GET(self) -> None:
        """Answer with what this process was given."""
        self.send_response(200)
        self.end_headers()
        shown = {name: os.environ.get(name) for name in ("DATABASE_URL", "REDIS_URL")}
        self.wfile.write(json.dumps(shown).encode())

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def seed() -> None:
    user = {"username": "ann", "password": "pw-of-ann", "is_system_admin": True, "sites": {}}
    path = Path(os.environ["IMS_STATE_DIR"], "demo.json")
    path.write_text(json.dumps({"url": "", "users": [user]}))


def serve() -> None:
    HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Answer).serve_forever()


def main(name: str) -> int:
    if os.environ.get("STAND_IN_FAILS") == name:
        sys.stdout.write(f"{name} has a reason to fail\n")
        return 3
    if name == "seed":
        seed()
    if name == "serve":
        serve()
    if name == "worker":
        time.sleep(600)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
