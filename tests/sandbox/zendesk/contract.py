"""Every request against the vendor's own description of the API.

The description is not ours to hand on, so it may be absent: then nothing is checked. Only requests are: real answers
carry keys that the description does not know.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from flask import Request
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest
from werkzeug.datastructures import ImmutableMultiDict

SPECIFICATION = Path(__file__).parents[4] / "shared/contracts/zendesk-openapi.json"
_HOST = "https://sandbox.invalid"


class ContractChecker:
    """The description, loaded once."""

    def __init__(self, path: Path) -> None:
        document = json.loads(path.read_text("utf-8"))
        document["servers"] = [{"url": _HOST}]
        self._openapi = OpenAPI.from_dict(document)

    @classmethod
    @functools.cache
    def load(cls) -> ContractChecker | None:
        return cls(SPECIFICATION) if SPECIFICATION.exists() else None

    def check(self, request: Request) -> list[str]:
        """Return what is wrong with a request the sandbox received."""
        query = parse_qsl(request.query_string.decode())
        return self.check_parts(request.method, request.path, query, dict(request.headers), request.get_data())

    def check_parts(
        self, method: str, path: str, query: list[tuple[str, str]], headers: dict[str, Any], body: bytes
    ) -> list[str]:
        asked = MockRequest(
            _HOST,
            method.lower(),
            path,
            args=ImmutableMultiDict(query),  # type: ignore[arg-type]
            headers=headers,
            data=body or None,
            content_type="application/json",
        )
        try:
            self._openapi.validate_request(asked)
        except OpenAPIError as problem:
            causes = getattr(problem.__cause__, "schema_errors", [])
            told = "; ".join(re.sub(r"\s+", " ", e.message)[:300] for e in causes) or str(problem.__cause__ or problem)
            return [f"{method} {path}: {told}"]
        return []
