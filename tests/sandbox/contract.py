"""Every request, and the sandbox's own answers, against the vendor's description of the API.

Rule 1: the description is not ours to hand on, so it may be absent: then nothing is checked.
Rule 2: of answers only those with success are checked; what a refusal looks like is described poorly.
Rule 3: answers hold what the description forbids and the real one says all the same: null where a ticket has none of
        a thing, lists as an audit's values, names beside the ids of a changelog, and times whose offset has no colon.
        None of it counts.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from flask import Request, Response
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from werkzeug.datastructures import ImmutableMultiDict

SPECIFICATIONS = Path(__file__).parents[3] / "shared/contracts"
SPECIFICATION = SPECIFICATIONS / "zendesk-openapi.json"
#: Jira writes the offset of a time without the colon.
_OFFSET = re.compile(r"T.*[+-]\d{4}$")
_HOST = "https://sandbox.invalid"


#: Calls that the description at hand leaves out, and whose body is another's: an issue is created as it is edited.
_LEFT_OUT = {"/rest/api/2/issue": {"like": "/rest/api/2/issue/{issueIdOrKey}"}}


def _created(edited: dict[str, Any]) -> dict[str, Any]:
    """Return a call with the body of another one and no parameters, which makes something."""
    return {"requestBody": edited["requestBody"], "responses": {"201": {"description": "created"}}}


class ContractChecker:
    """The description, loaded once."""

    def __init__(self, path: Path) -> None:
        document = json.loads(path.read_text("utf-8"))
        document["servers"] = [{"url": _HOST}]
        for place, beside in _LEFT_OUT.items():
            if beside["like"] in document["paths"]:
                document["paths"].setdefault(place, {"post": _created(document["paths"][beside["like"]]["put"])})
        # Not held against the OpenAPI standard itself: that takes seconds, and it is the vendor's.
        self._openapi = OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))
        self._good: set[object] = set()  #: Reads in order: on another ticket they are the same.

    @classmethod
    @functools.cache
    def load(cls, vendor: str = "zendesk") -> ContractChecker | None:
        path = SPECIFICATIONS / f"{vendor}-openapi.json"
        return cls(path) if path.exists() else None

    def check(self, request: Request) -> list[str]:
        """Return what is wrong with a request the sandbox received."""
        query = parse_qsl(request.query_string.decode())
        return self.check_parts(request.method, request.path, query, dict(request.headers), request.get_data())

    def check_parts(
        self, method: str, path: str, query: list[tuple[str, str]], headers: dict[str, Any], body: bytes
    ) -> list[str]:
        shape = (method, re.sub(r"\d+", "0", path), tuple(query), headers.get("Authorization", "")[:6])
        if method == "GET" and shape in self._good:
            return []
        try:
            self._openapi.validate_request(_asked(method, path, query, headers, body))
        except OpenAPIError as problem:
            told = "; ".join(_messages(problem)) or str(problem.__cause__ or problem)
            return [f"{method} {path}: {told}"]
        self._good.add(shape)
        return []

    def check_answer(self, request: Request, response: Response) -> list[str]:
        """Return what is wrong with an answer of the sandbox's own."""
        if response.status_code >= 400 or not response.get_data():
            return []
        query = parse_qsl(request.query_string.decode())
        asked = _asked(request.method, request.path, query, dict(request.headers), request.get_data())
        answer = MockResponse(response.get_data(), status_code=response.status_code, content_type="application/json")
        try:
            self._openapi.validate_response(asked, answer)
        except OpenAPIError as problem:
            faults = _messages(problem, in_answer=True)
            if getattr(problem.__cause__, "schema_errors", None) and not faults:
                return []
            told = "; ".join(faults) or str(problem.__cause__ or problem)
            return [f"answer to {request.method} {request.path}: {told}"]
        return []


def _asked(method: str, path: str, query: list[tuple[str, str]], headers: dict[str, Any], body: bytes) -> MockRequest:
    return MockRequest(
        _HOST,
        method.lower(),
        path,
        args=ImmutableMultiDict(query),  # type: ignore[arg-type]
        headers=headers,
        data=body or None,
        content_type="application/json",
    )


def _messages(problem: OpenAPIError, *, in_answer: bool = False) -> list[str]:
    """Return each fault that is one, with its place."""
    found = getattr(problem.__cause__, "schema_errors", [])
    return [
        re.sub(r"\s+", " ", f"{'.'.join(map(str, error.absolute_path))}: {error.message}")[:300]
        for error in found
        if not {"events", "value"} <= set(error.absolute_path) and not (in_answer and _is_none(error))
    ]


def _is_none(error: Any) -> bool:
    """Tell if the real ones answer so, whatever the description says."""
    if error.validator == "additionalProperties" and "toString" in error.message:
        return True
    return _only_absent(error) or (error.validator == "format" and bool(_OFFSET.search(str(error.instance))))


def _only_absent(error: Any) -> bool:
    """Tell if nothing but a null is wrong; of alternatives one must be good but for that."""
    if not error.context:
        return error.instance is None
    branches: dict[object, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    return any(all(map(_only_absent, faults)) for faults in branches.values())
