"""WSGI entry point for any WSGI server."""

from django.core.wsgi import get_wsgi_application

from edu_cms.environment import load_environment

load_environment()
application = get_wsgi_application()
