"""What the client is installed with is enough for it."""

import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]

SCRIPT = """
import sys

forbidden = set({forbidden!r})

class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in forbidden:
            raise ImportError(f"{{name}} is not among the client's dependencies")

sys.meta_path.insert(0, Refusing())
import app.client
app.client.IMSClient("http://test", api_key="ims_none").close()
"""


def needed() -> set[str]:
    """The packages that the client's dependencies bring along, themselves included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    waiting = [Requirement(text) for text in project["dependencies"]]
    found = set[str]()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name not in found:
            found.add(name)
            further = [Requirement(text) for text in requires(name) or []]
            waiting += [
                one for one in further if one.marker is None or one.marker.evaluate({"extra": ""})
            ]
    return found


def test_the_client_needs_nothing_of_the_server() -> None:
    brought = needed()
    forbidden = sorted(
        module
        for module, packages in packages_distributions().items()
        if not brought.intersection(map(canonicalize_name, packages)) and module != "app"
    )
    assert "fastapi" in forbidden

    script = SCRIPT.format(forbidden=forbidden)
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.returncode == 0
