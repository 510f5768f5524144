"""A hit passes the door without what pages need, but not without what every request has to pass."""

import json

import pytest
from django.test import Client

from campaigns.reach import spool
from tests.campaigns.reach.conftest import READER

HIT = json.dumps({"page": "case-1", "event": "view"})


def post(**how):
    return Client().post(
        "/hit", HIT, content_type="text/plain", headers={"User-Agent": READER}, **how
    )


def hits() -> int:
    return sum(path.read_text().count("\n") for path in spool.spools())


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "testserver.elsewhere.example", "a b", "", "testserver/x"]
)
def test_a_name_that_is_not_the_sites_is_refused(host):
    response = post(SERVER_NAME="elsewhere.example", HTTP_HOST=host)
    assert response.status_code == 400
    assert response.json() == {"field": "host", "message": "这不是本站的域名。"}
    assert hits() == 0


@pytest.mark.parametrize("host", ["testserver", "TestServer:8000", "127.0.0.1:80"])
def test_each_name_of_the_site_is_let_in(host):
    assert post(HTTP_HOST=host).status_code == 204
    assert hits() == 1


def test_what_the_proxy_was_called_counts_only_where_it_is_believed(settings):
    told = {"HTTP_HOST": "testserver", "HTTP_X_FORWARDED_HOST": "elsewhere.example"}
    assert post(**told).status_code == 204
    settings.USE_X_FORWARDED_HOST = True
    assert post(**told).status_code == 400
    assert hits() == 1


class TestHttps:
    @pytest.fixture(autouse=True)
    def _as_in_production(self, settings):
        settings.SECURE_SSL_REDIRECT = True
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    def test_plain_http_is_led_to_https_and_not_counted(self):
        response = post()
        assert response.status_code == 301
        assert response["Location"] == "https://testserver/hit"
        assert hits() == 0

    def test_plain_http_under_a_strange_name_leads_nowhere(self):
        response = post(HTTP_HOST="elsewhere.example")
        assert response.status_code == 400
        assert "Location" not in response

    @pytest.mark.parametrize("how", [{"secure": True}, {"HTTP_X_FORWARDED_PROTO": "https"}])
    def test_https_is_let_in(self, how):
        assert post(**how).status_code == 204
        assert hits() == 1

    def test_what_the_settings_exempt_is_let_in_on_its_way_through_the_others(self, settings):
        settings.SECURE_REDIRECT_EXEMPT = [r"^hit$"]
        assert post().status_code == 204
        assert hits() == 1
