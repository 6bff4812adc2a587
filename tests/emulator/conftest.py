"""A clock that stands still, and a person with the admin password."""

import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from recamera_gitops.emulator import EmulatedCamera
from recamera_gitops.exchange import Request

CGI = "/cgi-bin/entry.cgi"
PASSWORD = "recamera"
OUTSIDE = ("/api/", "/cgi-bin/", "/download/", "/emulator/", "/storage/", "/ws/", "/x")


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Person:
    """Talks to one camera; `status` and `data` are those of the last answer."""

    def __init__(self, camera, clock, client="127.0.0.1"):
        self.camera = camera
        self.clock = clock
        self.client = client
        self.headers = {}
        self.status = 0
        self.data = None

    def send(self, method, path, body=None, headers=None, raw=None):
        sent = {"Content-Type": "application/json", "Host": "10.0.0.9"} | self.headers
        if raw is None:
            raw = b"" if body is None else json.dumps(body).encode()
        target = path if path.startswith(OUTSIDE) else CGI + path
        response = self.camera.handle(
            Request(method, target, sent | (headers or {}), raw), client=self.client
        )
        self.status = response.status
        is_json = response.headers["content-type"].startswith("application/json")
        self.data = json.loads(response.body) if is_json else response.body
        self.response = response
        return self.data

    def upload(self, path, content, finish="", *, size=None, chunk=524288, digest=None):
        """The whole conversation; answers the last thing that was said."""
        length = len(content) if size is None else size
        text = {"Content-Type": "text/plain"}
        self.send(
            "POST", f"{path}?upload-type=resumable", headers=text | {"File-Size": str(length)}
        )
        number = self.response.headers.get("file-id")
        if number is None:
            return self.data
        for at in range(0, len(content), chunk):
            self.chunk(path, number, at, content[at : at + chunk])
        md5 = digest or hashlib.md5(content, usedforsecurity=False).hexdigest()
        return self.send("POST", f"{path}?start={number}&md5sum={md5}{finish}", headers=text)

    def chunk(self, path, number, at, piece, **headers):
        told = {"Content-Type": "text/plain", "Content-Range": f"bytes {at}-{at + len(piece) - 1}"}
        return self.send("POST", f"{path}?id={number}", raw=piece, headers=told | headers)

    def get(self, path):
        return self.send("GET", path)

    def put(self, path, body=None):
        return self.send("PUT", path, body)

    def post(self, path, body=None):
        return self.send("POST", path, body)

    def encrypted(self, password):
        key = load_pem_public_key(self.get("/system/key")["sPublicKey"].encode())
        return base64.b64encode(key.encrypt(password.encode(), padding.PKCS1v15())).decode()

    def login(self, password=PASSWORD, *, encrypt=True):
        secret = self.encrypted(password) if encrypt else password
        answer = self.post("/system/login", {"sUserName": "admin", "sPassword": secret})
        if answer.get("iStatus") == 0:
            self.headers["Cookie"] = self.response.headers["set-cookie"].partition(";")[0]
        return answer

    def edit(self, path, change, method="POST"):
        """Read the object, lay the change over its top level, write it whole."""
        return self.send(method, path, self.get(path) | change)

    @property
    def violations(self):
        return self.camera.violations


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def person(clock):
    """Makes somebody who is logged in to a new camera of the given flavours."""

    def make(*flavours, login=True):
        camera = EmulatedCamera(flavours=frozenset(flavours), clock=clock)
        somebody = Person(camera, clock)
        if login:
            somebody.login(encrypt="login-plain" not in flavours)
        return somebody

    return make
