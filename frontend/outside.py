"""Counts what wants to leave this machine, and lets nothing through."""

import contextlib
import http.server
import threading


class Outside:
    """A proxy on the loopback that answers 403 and notes who was asked for."""

    def __init__(self):
        self.asked = []

        class Refuse(http.server.BaseHTTPRequestHandler):
            def refuse(handler):
                self.asked.append(f"{handler.command} {handler.path}")
                handler.send_error(403, "nothing leaves this machine")

            do_GET = do_HEAD = do_POST = do_PUT = do_CONNECT = refuse

            def log_message(handler, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuse)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def environment(self):
        """The variables that make Python, Go, pip, npm and git come here."""
        names = ("http_proxy", "https_proxy", "all_proxy")
        proxies = {n: self.url for n in names} | {n.upper(): self.url for n in names}
        local = "127.0.0.1,localhost"
        return proxies | {"no_proxy": local, "NO_PROXY": local}

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@contextlib.contextmanager
def nothing_leaves():
    """Fails at its end when a server, kernel or page has tried to."""
    o = Outside()
    yield o
    o.close()
    assert o.asked == []
