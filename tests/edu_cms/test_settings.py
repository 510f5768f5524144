"""Production refuses to start half configured; guessing passwords is stopped."""

import os
import subprocess
import sys

import pytest
from django.test import RequestFactory
from django.urls import reverse

from campaigns.reach.addresses import address_behind_proxy
from edu_cms.environment import BASE_DIR

PRODUCTION = {
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOP",
    "DATABASE_URL": "postgres://nobody@localhost/nothing",
    "REDIS_URL": "redis://localhost:6379/0",
    "ALLOWED_HOSTS": "example.org",
    "SITE_URL": "https://example.org",
}


def start(tmp_path, **variables) -> subprocess.CompletedProcess:
    """Start Django under the production settings with these variables alone."""
    env = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "edu_cms.settings.production",
        **variables,
    }
    command = [sys.executable, "-c", "import django; django.setup()"]
    return subprocess.run(
        command, cwd=BASE_DIR, env=env, capture_output=True, text=True, check=False
    )


def test_production_starts_with_all_that_it_needs(tmp_path):
    assert start(tmp_path, **PRODUCTION).returncode == 0


@pytest.mark.parametrize("missing", PRODUCTION)
def test_production_refuses_to_start_and_names_what_is_missing(tmp_path, missing):
    given = {name: value for name, value in PRODUCTION.items() if name != missing}
    done = start(tmp_path, **given)
    assert done.returncode != 0
    assert f"{missing} is not set" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", ["WECHAT_API_BASE", "JPUSH_API_BASE"])
@pytest.mark.parametrize("address", ["http://api.example.org", "https://127.0.0.1:8790", "x"])
def test_production_speaks_to_providers_over_https_and_to_no_stand_in(tmp_path, name, address):
    done = start(tmp_path, **PRODUCTION, **{name: address})
    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


@pytest.fixture
def guarded(settings):
    settings.AXES_ENABLED = True


def try_password(client, password: str):
    return client.post(reverse("wagtailadmin_login"), {"username": "someone", "password": password})


@pytest.mark.usefixtures("guarded")
def test_after_five_wrong_passwords_even_the_right_one_waits(client, django_user_model):
    django_user_model.objects.create_superuser("someone", password="right")
    for _ in range(5):
        answer = try_password(client, "wrong")
    assert answer.status_code == 429
    assert try_password(client, "right").status_code == 429


@pytest.mark.usefixtures("guarded")
def test_guessing_from_one_address_does_not_lock_the_person_out_elsewhere(
    client, django_user_model
):
    django_user_model.objects.create_superuser("someone", password="right")
    for _ in range(5):
        try_password(client, "wrong")
    client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    assert try_password(client, "right").status_code == 302


@pytest.mark.usefixtures("guarded")
def test_a_right_password_forgets_the_wrong_ones(client, django_user_model):
    django_user_model.objects.create_superuser("someone", password="right")
    for _ in range(2):
        for _ in range(4):
            try_password(client, "wrong")
        assert try_password(client, "right").status_code == 302
        client.logout()


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("made-up, 198.51.100.1", "198.51.100.1"),
        (None, "127.0.0.1"),
    ],
)
def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(forwarded, address):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert address_behind_proxy(RequestFactory().get("/", headers=headers)) == address


def test_in_development_mail_is_kept_as_files_unless_a_server_is_named(tmp_path):
    ask = "from django.conf import settings as s; print(s.EMAIL_BACKEND, s.EMAIL_HOST)"
    common = {"DJANGO_SETTINGS_MODULE": "edu_cms.settings.dev"}
    told = [
        subprocess.run(
            [sys.executable, "-c", ask],
            cwd=BASE_DIR,
            env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **common, **more},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for more in ({}, {"EMAIL_URL": "smtp://mail.example:25"})
    ]
    assert "filebased" in told[0]
    assert "smtp.EmailBackend mail.example" in told[1]


def test_every_screen_says_that_mail_is_kept(admin_client, settings, tmp_path):
    home = reverse("wagtailadmin_home")
    assert "邮件不会寄出" not in admin_client.get(home).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mails"
    assert str(tmp_path / "mails") in admin_client.get(home).content.decode()
