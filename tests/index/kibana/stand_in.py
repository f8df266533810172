"""A server that answers as Kibana's sources and documentation say it does. No Kibana was asked.

``/api/saved_objects/_import``: multipart with a file called .ndjson and a ``kbn-xsrf`` header;
objects that refer to what is neither in the file nor in Kibana are not taken, nor those that are
there already unless they may be overwritten; all that is told with HTTP 200
(``core/…/saved-objects/import-export-server-internal``).
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit

NEWEST = {"dashboard": (10, 3, 0), "search": (10, 5, 0), "index-pattern": (8, 0, 0), "tag": (8, 0, 0)}  # fmt: skip
"""``typeMigrationVersion`` above which 8.19 refuses an object."""


class StandIn:
    """What is in it, and what it was asked. *login*: the header that lets somebody in."""

    def __init__(self, *, login=None, base="", version="8.19.16", starting=0):
        self.login, self.base, self.version, self.starting = login, base, version, starting
        self.objects, self.spaces, self.default = {}, {"default"}, {}
        self.asked = []
        self.may_make_spaces = True
        self.plays = []
        """Answers, ``(status, body)``, given to the next imports in place of the true ones."""

    def answer(self, method, target, headers, body):
        parts = urlsplit(target)
        self.asked.append((method, target, dict(headers)))
        if not parts.path.startswith(self.base):
            return 404, {"statusCode": 404, "error": "Not Found", "message": "Not Found"}
        path = parts.path.removeprefix(self.base)
        if path == "/api/status":
            return self._status()
        if self.login and headers.get("Authorization") != self.login:
            return 401, {
                "statusCode": 401,
                "error": "Unauthorized",
                "message": "[security_exception]",
            }
        space, path = self._space(path)
        if space not in self.spaces:
            return 404, {"statusCode": 404, "error": "Not Found", "message": f"Saved object [space/{space}] not found"}  # fmt: skip
        if method == "POST" and "kbn-xsrf" not in headers:
            return 400, {"statusCode": 400, "message": "Request must contain a kbn-xsrf header."}
        if path.startswith("/api/spaces/space"):
            return self._spaces(method, path, body)
        if path == "/api/data_views/default":
            self.default[space] = json.loads(body)["data_view_id"]
            return 200, {"acknowledged": True}
        if path == "/api/saved_objects/_import":
            if self.plays:
                return self.plays.pop(0)
            return self._import(space, parse_qs(parts.query), headers, body)
        return 404, {"statusCode": 404, "error": "Not Found", "message": "Not Found"}

    def _status(self):
        if self.starting:
            self.starting -= 1
            return 503, {"status": {"overall": {"level": "unavailable"}}}
        return 200, {
            "version": {"number": self.version},
            "status": {"overall": {"level": "available"}},
        }

    def _space(self, path):
        if path.startswith("/s/"):
            _, _, space, rest = path.split("/", 3)
            return unquote(space), f"/{rest}"
        return "default", path

    def _spaces(self, method, path, body):
        if method == "GET":
            known = path.rpartition("/")[2] in self.spaces
            return (
                (200, {"id": path.rpartition("/")[2]}) if known else (404, {"message": "Not Found"})
            )
        if not self.may_make_spaces:
            return 403, {"statusCode": 403, "error": "Forbidden", "message": "Unauthorized to create spaces"}  # fmt: skip
        self.spaces.add(json.loads(body)["id"])
        return 200, json.loads(body)

    def _import(self, space, query, headers, body):
        kind = headers["Content-Type"]
        form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
        if not form.is_multipart():
            return 415, {"statusCode": 415, "message": "Unsupported Media Type"}
        (part,) = form.get_payload()
        name = part.get_param("name", header="content-disposition")
        file = part.get_filename()
        if name != "file" or not file.endswith(".ndjson"):
            return 400, {"statusCode": 400, "message": f"Invalid file extension {file}"}
        given = [json.loads(line) for line in part.get_payload(decode=True).split(b"\n") if line]
        overwrite = query.get("overwrite") == ["true"]
        there = self.objects.setdefault(space, {})
        known = {*there, *((one["type"], one["id"]) for one in given)}
        good, bad = [], []
        for one in given:
            key = one["type"], one["id"]
            version = tuple(map(int, one["typeMigrationVersion"].split(".")))
            if version > NEWEST[one["type"]]:
                return 422, {"statusCode": 422, "message": f'Document "{one["id"]}" belongs to a more recent version of Kibana'}  # fmt: skip
            missing = [ref for ref in one["references"] if (ref["type"], ref["id"]) not in known]
            error = None
            if missing:
                error = {"type": "missing_references", "references": missing}
            elif key in there and not overwrite:
                error = {"type": "conflict"}
            title = one["attributes"].get("title") or one["attributes"].get("name")
            told = {"type": key[0], "id": key[1], "meta": {"title": title}}
            if error:
                bad.append({**told, "title": title, "error": error})
                continue
            good.append({**told, "managed": False, **({"overwrite": True} if key in there else {})})
        for one in given:
            if any((each["type"], each["id"]) == (one["type"], one["id"]) for each in good):
                there[one["type"], one["id"]] = one
        answer = {"success": not bad, "successCount": len(good), "warnings": []}
        if good:
            answer["successResults"] = good
        if bad:
            answer["errors"] = bad
        return 200, answer


@contextmanager
def running(stand_in, *, context=None):
    """The address of *stand_in* while it answers; with a *context* by TLS."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.do("GET")

        def do_POST(self):
            self.do("POST")

        def do(self, method):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, answer = stand_in.answer(method, self.path, self.headers, body)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if context else "http"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{scheme}://127.0.0.1:{server.server_port}{stand_in.base}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
