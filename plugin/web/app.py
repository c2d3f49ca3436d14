"""HTTP in: webhooks, health, figures; links are next door.

Rule 1: a handler verifies, stores and answers; it never decides and never calls a platform.
Rule 2: why a request was refused stands in our log, never in the answer.
"""

from __future__ import annotations

import os

from flask import Flask, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST

from connectors.errors import BadSignature
from plugin.bootstrap import build
from plugin.log import logger, to_stderr
from plugin.pipeline.parts import Parts
from plugin.pipeline.receive import receive
from plugin.settings import Settings
from plugin.store.records import StoreError
from plugin.web.acting import serve_links
from plugin.web.health import readiness
from plugin.web.looks import Looks
from plugin.web.metrics import Metrics

#: Both platforms try again after a 503 that names fewer than 60 seconds.
RETRY_AFTER = "15"

Answer = tuple[Response, int]


def from_environment() -> Flask:
    """Return the application for a server that is given only its name."""
    to_stderr()
    settings = Settings.from_env(os.environ)
    return create_app(build(settings), max_body_bytes=settings.max_body_bytes)


def create_app(parts: Parts, *, max_body_bytes: int = 1024 * 1024) -> Flask:
    """Return the WSGI application."""
    app = Flask("escalation", static_folder=None)
    app.url_map.merge_slashes = False  # its redirect would quote whatever host the request names, and a link with it
    looks = Looks(parts)
    metrics = Metrics(parts, looks)

    @app.post("/webhooks/<connection>")
    def webhook(connection: str) -> Answer:
        if connection not in parts.accounts:
            return _told(metrics, connection="unknown", answer="unknown connection", status=404)
        length = request.content_length
        if length is not None and length > max_body_bytes:
            return _told(metrics, connection=connection, answer="too large", status=413)
        body = request.stream.read(max_body_bytes + 1)
        if len(body) > max_body_bytes:
            return _told(metrics, connection=connection, answer="too large", status=413)
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            answer = receive(parts, connection, headers, body, url_secret=request.args.get("secret"))
        except BadSignature as problem:
            logger.warning("connection=%s refused: %s", connection, problem)
            return _told(metrics, connection=connection, answer="refused", status=401)
        except StoreError as problem:
            logger.error("connection=%s delivery not stored: %s", connection, problem)
            response, status = _told(metrics, connection=connection, answer="try again later", status=503)
            response.headers["Retry-After"] = RETRY_AFTER
            return response, status
        return _told(metrics, connection=connection, answer=answer.value, status=200)

    @app.get("/healthz")
    def healthz() -> Answer:
        return jsonify(status="alive"), 200

    @app.get("/readyz")
    def readyz() -> Answer:
        ready, report = readiness(parts, looks)
        return jsonify(report), 200 if ready else 503

    @app.get("/metrics")
    def figures() -> Response:
        return Response(metrics.render(), content_type=CONTENT_TYPE_LATEST)

    serve_links(app, parts, max_body_bytes=max_body_bytes)
    return app


def _told(metrics: Metrics, *, connection: str, answer: str, status: int) -> Answer:
    metrics.received(connection, status, answer)
    return jsonify(status=answer), status
