"""SenseCraft, the cloud that makes models for the camera out of ONNX models.

`http` carries requests and knows nothing of them; `envelope` tells an answer from a refusal; `service` asks
as one user. What is done with it: `account` turns a login into a user id, `converting` begins a conversion
and waits for it, `fetching` brings the result, `tasks` are what the service tells of them.

The user id opens everything there [ref], so it is a secret. No token is sent but to whom it is for.
"""

from typing import Final

PRODUCTION: Final = "https://sensecraft-train-api.seeed.cc"
TEST: Final = "https://test-sensecraft-train-api.seeed.cc"
ACCOUNTS: Final = "https://sensecraft-hmi-api.seeed.cc"


def accounts_of(cloud: str) -> str:
    """Where the users of a service are: another operator's are his own, and none of Seeed's."""
    return ACCOUNTS if cloud.rstrip("/") in (PRODUCTION, TEST) else cloud
