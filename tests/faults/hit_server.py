"""Takes hits and folds them on request, in processes of its own that may be killed.

A line on the standard input starts one: "web" serves the site on a port of its own, "fold" folds
for ever, "fold once" until nothing is left. Its process id and port are answered at once, and when
it has ended "killed" or its exit status.
"""

import socket
import socketserver
import sys
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django


class Handler(WSGIRequestHandler):
    def log_message(self, *told) -> None:
        pass


class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


def main() -> None:
    django.setup()
    from django.db import connections
    from django.urls import reverse

    from campaigns.reach import folding, metrics
    from edu_cms.wsgi import application
    from tests.faults.forking import answer, end_of, forked

    assert folding
    reverse("wagtail_serve", args=[""])
    metrics.known()
    connections.close_all()
    answer("ready")
    for line in sys.stdin:
        listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        child = forked(work, line.strip(), listening, application)
        answer(f"{child} {listening.getsockname()[1]}")
        # The port is the child's alone, so that nobody waits at it once that is dead.
        listening.close()
        answer(end_of(child))


def work(what: str, listening: socket.socket, application) -> None:
    if what == "web":
        server = Server(("127.0.0.1", 0), Handler, bind_and_activate=False)
        server.socket.close()
        server.socket = listening
        server.server_name, server.server_port = listening.getsockname()
        server.setup_environ()
        server.set_app(application)
        server.serve_forever()
    listening.close()
    fold(until_nothing_is_left=what == "fold once")


def fold(*, until_nothing_is_left: bool) -> None:
    from django.conf import settings

    from campaigns.reach import folding

    # Many transactions, so that kills land in them and between them.
    folding.CHUNK_BYTES, folding.STREAM_ENTRIES = 4_000, 40
    while True:
        result = folding.fold_spools()
        if settings.HIT_STREAM:
            result += folding.fold_stream()
        if until_nothing_is_left and not result.hits:
            return


if __name__ == "__main__":
    main()
