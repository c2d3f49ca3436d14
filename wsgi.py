"""The application for any WSGI server: `gunicorn wsgi:app`."""

import os

from plugin.bootstrap import build
from plugin.settings import Settings
from plugin.web.app import create_app

app = create_app(build(Settings.from_env(os.environ)))
