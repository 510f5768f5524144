"""Publishes a piece's languages together on request, in processes that may be killed.

A line on the standard input starts one: "decide KEY USER" decides for now, "tick" does what is due.
Once that is done the process stays as long again, so that it can be killed after the commit.
"""

import time

import django


def main() -> None:
    django.setup()
    from tests.faults.forking import serve
    from tests.faults.warm import warm_up

    warm_up()
    serve(work)


def work(told: str) -> None:
    from django.contrib.auth import get_user_model

    from content.publishing import publish_due
    from content.translation.together.deciding import decide

    began = time.monotonic()
    act, *rest = told.split()
    if act == "decide":
        key, user = rest
        decide(key, get_user_model().objects.get(username=user))
    else:
        assert publish_due() == {}
    time.sleep(time.monotonic() - began)


if __name__ == "__main__":
    main()
