"""Prepares the emulator for each request that is meant to succeed: a uid that is to be created is
free, a role that is to be given exists, the session that is used is alive. The requests themselves
stay as they were drawn.
"""

import os
from collections import deque

import requests
import schemathesis
from schemathesis import GenerationMode

ORIGIN = os.environ["EMULATOR_ORIGIN"]
KEY = {"apiKey": os.environ["REST_API_KEY"]}
FIRST_TOKEN = os.environ["AUTH_TOKEN"]
# The user of the session: a drawn uid is unlikely to be the same.
TESTER = "the-one-who-tests"
session = requests.Session()


def ask(method, path, body=None):
    return session.request(method, ORIGIN + path, headers=KEY, json=body)


def live_token():
    ask("POST", "/v3.0/users", {"uid": TESTER, "name": "Tester"})
    ask("PUT", "/v3.0/users", {"uidsToActivate": [TESTER]})
    return ask("POST", f"/v3.0/users/{TESTER}/auth_tokens").json()["data"]["authToken"]


# The created roles, oldest first. An app has room for 25, so the oldest are deleted; the newest may be in
# use by a test of several requests.
made = deque()


def room_for_role(role):
    while len(made) >= 20:
        ask("DELETE", "/v3.0/roles/" + made.popleft())
    made.append(role)


def make_role(role):
    """Makes a role exist."""
    if isinstance(role, str) and role:
        if role.lower() not in made:
            room_for_role(role.lower())
        ask("POST", "/v3.0/roles", {"role": role, "name": "Drawn"})


@schemathesis.hook
def before_call(context, case, kwargs):
    headers = case.headers
    # Leaves requests alone that try a wrong token, or none.
    if headers is not None and headers.get("authToken") == FIRST_TOKEN:
        headers["authToken"] = live_token()
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    body = case.body if isinstance(case.body, dict) else {}
    name = case.operation.definition.raw.get("operationId")
    if name in ("createUser", "updateUser"):
        make_role(body.get("role"))
    if name == "createUser":
        ask("DELETE", f"/v3.0/users/{body.get('uid')}", {"permanent": True})
    elif name == "createRole":
        role = str(body.get("role")).lower()
        if role == "default":
            body["role"] = role = "not-default"
        ask("DELETE", "/v3.0/roles/" + role)
        room_for_role(role)
    elif name == "deleteRole" and case.path_parameters["role"].lower() == "default":
        case.path_parameters["role"] = "admin"
    elif name == "seed":
        for user in body.get("users") or []:
            make_role_of_seed(user)
        named_app(body)
    elif name == "reset":
        named_app(body)
    elif name == "exportSnapshot" and case.query:
        case.query.pop("appId", None)


def make_role_of_seed(user):
    """Replaces the roles that a list names by existing ones."""
    if isinstance(user, dict) and user.get("role"):
        user["role"] = "default"


def named_app(body):
    if body.get("appId") is not None:
        body["appId"] = "emulator"
