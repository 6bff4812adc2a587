"""Cameras gate and dock in process, and the command line over them."""

import json
from dataclasses import dataclass

from tests.cli.importing import Hall

GATE, DOCK = "gate", "dock"
FORMAT = "1.0"


@dataclass
class Posts(Hall):
    """A repository of two cameras; `dock` may be made protected."""

    def stand(self, monkeypatch, *flavours):
        for name in (GATE, DOCK):
            self.add(name, *flavours)
            self.declare(name)
        self.connected(monkeypatch)
        monkeypatch.chdir(self.root)
        monkeypatch.delenv("RECAMERA_GITOPS_FLEET", raising=False)
        return self

    def declare(self, name, more=""):
        self.write(f"devices/{name}.yaml", f"device: {name}\nhost: {name}.test\n{more}")

    def camera(self, name=GATE):
        return self.cameras[f"{name}.test"]

    def ask(self, *arguments, answer=None):
        """What a command ends with; the warning of plain http and progress are not of interest."""
        return self.rcg(*arguments, answer=answer)

    def json(self, *arguments):
        ended = self.ask(*arguments, "--format", "json")
        return ended.code, json.loads(ended.out)

    def result(self, *arguments):
        """What one camera gave."""
        code, found = self.json(*arguments)
        assert found["format_version"] == FORMAT
        (device,) = found["devices"]
        assert device["error"] is None, device["error"]
        assert device["exit_code"] == code
        return code, device["result"]

    def sent(self, name, ending):
        return sum(e.path.endswith(ending) and e.method != "GET" for e in self.camera(name).log)
