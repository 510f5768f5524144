"""/healthz tells a load balancer whether this installation can work."""

import pytest
from django.db import DatabaseError, connection


@pytest.mark.django_db
def test_well_when_the_database_answers(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "hits": {"store": "ok", "not_counted_today": {}},
    }
    assert "no-store" in answer["Cache-Control"]


def test_not_well_when_the_database_does_not(client, monkeypatch):
    def refuse():
        raise DatabaseError("the database is away")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "unreachable"
    assert "away" not in answer.content.decode()


@pytest.mark.django_db
def test_only_safe_methods(client):
    assert client.post("/healthz").status_code == 405
