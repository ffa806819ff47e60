"""A student's browser without its window: logs in at the hub, has his server started, runs a notebook, saves it."""

import asyncio
import json
import re
import time
import uuid

import httpx
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect


class Refused(Exception):
    """The hub or a server has said no."""


class Client:
    def __init__(self, url, name, password, patience=600):
        self.url, self.name, self.password, self.patience = url, name, password, patience
        self.base = f"/user/{name}/"
        self.took = {}  # what was measured, in seconds
        self._http = httpx.AsyncClient(base_url=url, follow_redirects=True, timeout=patience)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self._http.aclose()

    def cookie(self, name, path):
        """The cookie that a browser sends to a path: the one whose own path is longest."""
        fit = [c for c in self._http.cookies.jar if c.name == name and path.startswith(c.path)]
        return max(fit, key=lambda c: len(c.path)).value if fit else ""

    async def log_in(self):
        page = await self._http.get("/hub/login")
        xsrf = re.search(r'name="_xsrf" value="([^"]*)"', page.text)
        answer = await self._http.post("/hub/login", data={"username": self.name, "password": self.password, "_xsrf": xsrf[1] if xsrf else ""})
        if "/hub/login" in str(answer.url) or answer.status_code >= 400:
            raise Refused(f"{self.name}: {answer.status_code}")

    async def start(self):
        """Has the server started, as the page that a student waits at does."""
        began = time.monotonic()
        await self.get("/hub/spawn")
        path = f"/hub/api/users/{self.name}/server/progress"
        async with self._http.stream("GET", path, params={"_xsrf": self.cookie("_xsrf", path)}, headers={"Accept": "text/event-stream"}) as events:
            async for line in events.aiter_lines():
                event = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if event.get("failed"):
                    raise Refused(f"{self.name}: {event}")
                if event.get("ready"):
                    break
            else:
                raise Refused(f"{self.name}: {events.status_code}, and no server")
        page = await self.get(self.base + "lab")
        if page.url.path != self.base + "lab" or "jupyter-config-data" not in page.text:
            raise Refused(f"{self.name}: {page.status_code} {page.url}")
        self.took["start"] = time.monotonic() - began

    async def get(self, path, ok=True):
        answer = await self._http.get(path)
        return self._checked(answer) if ok else answer

    async def send(self, method, path, ok=True, **arguments):
        answer = await self._http.request(method, path, headers={"X-XSRFToken": self.cookie("_xsrf", path)}, **arguments)
        return self._checked(answer) if ok else answer

    def _checked(self, answer):
        if answer.status_code >= 400:
            raise Refused(f"{self.name}: {answer.request.method} {answer.url}: {answer.status_code}\n{answer.text[:500]}")
        return answer

    async def notebook(self, path, **parameters):
        """Opens a notebook, and gives its parameters other values."""
        model = (await self.get(f"{self.base}api/contents/{path}?type=notebook")).json()["content"]
        for cell in model["cells"]:
            if "parameters" in cell["metadata"].get("tags", []):
                for key, value in parameters.items():
                    cell["source"], n = re.subn(rf"(?m)^var {key} = \S+", f"var {key} = {value}", cell["source"])
                    assert n == 1, f"{path} has no parameter {key}"
        return model

    async def save(self, path, model):
        await self.send("PUT", f"{self.base}api/contents/{path}", json={"type": "notebook", "format": "json", "content": model})

    async def kernel(self, path):
        session = await self.send("POST", self.base + "api/sessions", json={"path": path, "name": path, "type": "notebook", "kernel": {"name": "nnlab"}})
        k = Kernel(self, session.json()["kernel"]["id"])
        await k.connect()
        return k

    async def run(self, path, model):
        """Runs all code cells of a notebook and puts their outputs into it; fails at the first error."""
        began = time.monotonic()
        kernel = await self.kernel(path)
        try:
            for cell in model["cells"]:
                if cell["cell_type"] != "code":
                    continue
                cell["outputs"], cell["execution_count"] = await kernel.execute(cell["source"])
                self.took.setdefault("first cell", time.monotonic() - began)
                for output in cell["outputs"]:
                    assert output["output_type"] != "error", f"{self.name}: {output['ename']}: {output['evalue']}\n{cell['source']}"
            self.took["notebook"] = time.monotonic() - began
        finally:
            kernel.close()

    def websocket_headers(self, path):
        jar = {}
        for c in sorted(self._http.cookies.jar, key=lambda c: len(c.path)):
            if path.startswith(c.path):
                jar[c.name] = c.value
        return {"Cookie": "; ".join(f"{k}={v}" for k, v in jar.items()), "Origin": self.url}


class Kernel:
    """The line to one kernel."""

    def __init__(self, client, identity):
        self._client, self.id = client, identity
        self._session = uuid.uuid4().hex

    async def connect(self):
        path = f"{self._client.base}api/kernels/{self.id}/channels"
        url = self._client.url.replace("http", "ws", 1) + path + "?session_id=" + self._session
        self._socket = await websocket_connect(HTTPRequest(url, headers=self._client.websocket_headers(path), request_timeout=self._client.patience), max_message_size=1 << 28)

    async def _ask(self, source):
        identity = uuid.uuid4().hex
        await self._socket.write_message(json.dumps({
            "channel": "shell", "parent_header": {}, "metadata": {}, "buffers": [],
            "header": {"msg_id": identity, "session": self._session, "username": "", "date": "", "msg_type": "execute_request", "version": "5.3"},
            "content": {"code": source, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}}))
        return identity

    async def _answers(self, identity):
        """What comes back, message by message."""
        while True:
            text = await asyncio.wait_for(self._socket.read_message(), self._client.patience)
            if text is None:
                raise ConnectionError(f"{self._client.name}: the line to the kernel has ended")
            message = json.loads(text)
            if message["parent_header"].get("msg_id") == identity:
                yield message["header"]["msg_type"], message["content"]

    async def begin(self, source):
        """Has a cell running, and returns with the first that it prints."""
        async for kind, content in self._answers(await self._ask(source)):
            assert kind != "error", content
            if kind == "stream":
                return

    async def execute(self, source):
        """Runs a cell and returns its outputs, as a notebook has them, and its number."""
        outputs, number, idle, shown = [], None, False, {}
        async for kind, content in self._answers(await self._ask(source)):
            if kind == "execute_reply":
                number = content["execution_count"]
            elif kind == "status":
                idle = idle or content["execution_state"] == "idle"
            elif kind == "stream":
                outputs.append({"output_type": "stream", "name": content["name"], "text": content["text"]})
            elif kind == "error":
                outputs.append({"output_type": "error", **content})
            elif kind == "execute_result":
                outputs.append({"output_type": kind, "execution_count": content["execution_count"], "data": content["data"], "metadata": content["metadata"]})
            elif kind in ("display_data", "update_display_data"):
                key = content.get("transient", {}).get("display_id")
                made = {"output_type": "display_data", "data": content["data"], "metadata": content["metadata"]}
                if key in shown:
                    shown[key].update(made)
                elif kind == "display_data":
                    outputs.append(made)
                    if key:
                        shown[key] = made
            if number is not None and idle:
                break
        return outputs, number

    def close(self):
        self._socket.close()


def text_of(outputs):
    return "".join(o["text"] if o["output_type"] == "stream" else o.get("evalue", "") for o in outputs)
