"""A hit passes the door without what pages need, but not without what every request has to pass."""

import json

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from campaigns.reach import spool, views
from campaigns.reach.door import HitDoor
from tests.campaigns.reach.conftest import READER

# What goes on to Django looks after its connections first.
pytestmark = pytest.mark.django_db
HIT = json.dumps({"page": "case-1", "event": "view"})


class Answer:
    """What the web server is told."""

    def __init__(self, environ: dict) -> None:
        self.body = b"".join(HitDoor(WSGIHandler())(environ, self._start))

    def _start(self, status: str, headers: list[tuple[str, str]], _error=None) -> None:
        self.status_code, self.headers = int(status[:3]), dict(headers)

    def json(self) -> dict:
        return json.loads(self.body)


def post(path: str = "/hit", body: str = HIT, **how) -> Answer:
    asked = RequestFactory(headers={"User-Agent": READER}).post(
        path, body, content_type="text/plain", **how
    )
    return Answer(asked.environ)


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
        assert response.headers["Location"] == "https://testserver/hit"
        assert hits() == 0

    def test_plain_http_under_a_strange_name_leads_nowhere(self):
        response = post(HTTP_HOST="elsewhere.example")
        assert response.status_code == 400
        assert "Location" not in response.headers

    @pytest.mark.parametrize("how", [{"secure": True}, {"HTTP_X_FORWARDED_PROTO": "https"}])
    def test_https_is_let_in(self, how):
        assert post(**how).status_code == 204
        assert hits() == 1

    def test_what_the_settings_exempt_is_let_in_on_its_way_through_the_others(self, settings):
        settings.SECURE_REDIRECT_EXEMPT = [r"^hit$"]
        assert post().status_code == 204
        assert hits() == 1


def test_a_hit_sets_nothing_going_that_a_page_needs(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = post()
    assert (response.status_code, response.body) == (204, b"")
    assert not {"Set-Cookie", "Content-Security-Policy"} & set(response.headers)
    assert hits() == 1


def test_what_breaks_is_answered_and_stands_in_the_log(monkeypatch, caplog):
    def broken(_request):
        raise RuntimeError("the collector broke")

    monkeypatch.setattr(views, "hit", broken)
    assert post().status_code == 500
    assert "the collector broke" in caplog.text


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/hit/"), ("POST", "/hits"), ("POST", "/"), ("GET", "/hit")]
)
def test_everything_else_goes_on_as_it_came(method, path):
    came = []

    def beyond(environ, _start):
        came.append(environ)
        return [b"beyond"]

    environ = RequestFactory().generic(method, path, HIT).environ
    assert HitDoor(beyond)(environ, None) == [b"beyond"]
    assert came == [environ]
    assert environ["wsgi.input"].read() == HIT.encode()
    assert hits() == 0
