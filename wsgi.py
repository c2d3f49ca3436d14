"""The application for any WSGI server: `gunicorn wsgi:app`."""

from plugin.web.app import from_environment

app = from_environment()
