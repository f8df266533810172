"""A process that behaves as the robots of 企业微信, 钉钉 and 飞书 do, and writes down what it took.

``python robots.py LOG``: prints its port; one JSON line a request in LOG, on disk before the answer.
The token says how a robot is set up, its parts joined by dots:

    good     takes everything that is as it must be       sign   wants a signature (secret below)
    word     wants the keyword 听风                        slow   has been spoken to too often
    gone     was deleted                                   page   a gateway answers instead, HTTP 200
    five     HTTP 502                                      hang   never answers
    reset    drops the connection                          lost   takes the message, and drops it then
    busy     is busy inside (-1, 1500)

Written after the platforms' documentation and what public code records of their answers; no real
robot was ever asked.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import socket
import struct
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SECRET = "SEC-of-the-stand-in"
HOUR = 3600


def mac(key: str, message: str) -> str:
    return base64.b64encode(
        hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    ).decode()


def wecom(token: str, query: dict, body: bytes) -> tuple[int, dict]:
    said = json.loads(body)
    kind = said["msgtype"]
    limit = {"markdown": 4096, "text": 2048}[kind]
    if "gone" in token:
        hint = f"invalid webhook url, hint: [1750000000_1_{token}], from ip: 127.0.0.1"
        return 200, {"errcode": 93000, "errmsg": hint}
    if "slow" in token:
        return 200, {"errcode": 45009, "errmsg": "api freq out of limit"}
    if "busy" in token:
        return 200, {"errcode": -1, "errmsg": "system busy"}
    if len(said[kind]["content"].encode()) > limit:
        return 200, {"errcode": 40058, "errmsg": f"{kind}.content exceed max length {limit}"}
    return 200, {"errcode": 0, "errmsg": "ok"}


def dingtalk(token: str, query: dict, body: bytes) -> tuple[int, dict]:
    said = json.loads(body)
    if "gone" in token:
        return 200, {"errcode": 300005, "errmsg": f"token is not exist: {token}"}
    if "slow" in token:
        return 200, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
    if "busy" in token:
        return 200, {"errcode": -1, "errmsg": "系统繁忙"}
    if "sign" in token:
        stamp, sign = query.get("timestamp", ["0"])[0], query.get("sign", [""])[0]
        if abs(time.time() - int(stamp) / 1000) > HOUR:
            return 200, {"errcode": 310000, "errmsg": "description:timestamp 无效;solution:..."}
        if sign != mac(SECRET, f"{stamp}\n{SECRET}"):
            return 200, {"errcode": 310000, "errmsg": "description:机器人发送签名不匹配"}
    if "word" in token and "听风" not in said["markdown"]["title"] + said["markdown"]["text"]:
        return 200, {"errcode": 310000, "errmsg": "description:关键词不匹配"}
    if not said["markdown"].get("title"):
        return 200, {"errcode": 400402, "errmsg": "miss param : markdown->title"}
    if len(body) > 20_000:
        return 200, {"errcode": 460101, "errmsg": "message too long, exceed 20000 bytes"}
    return 200, {"errcode": 0, "errmsg": "ok"}


def feishu(token: str, query: dict, body: bytes) -> tuple[int, dict]:
    said = json.loads(body)
    if "gone" in token:
        msg = f"param invalid: incoming webhook access token invalid ({token})"
        return 400, {"code": 19001, "data": {}, "msg": msg}
    if "slow" in token:
        return 400, {
            "code": 11232,
            "data": {},
            "msg": "frequency limited psm[lark.oapi.app_platform]",
        }
    if "busy" in token:
        return 500, {"code": 1500, "data": {}, "msg": "internal error"}
    if len(body) > 20 * 1024:
        return 400, {"code": 9499, "data": {}, "msg": "Bad Request"}
    if "sign" in token:
        stamp = said.get("timestamp", "0")
        late = abs(time.time() - int(stamp)) > HOUR
        if late or said.get("sign") != mac(f"{stamp}\n{SECRET}", ""):
            msg = "sign match fail or timestamp is not within one hour from current time"
            return 400, {"code": 19021, "data": {}, "msg": msg}
    if "word" in token and "听风" not in body.decode():
        return 400, {"code": 19024, "data": {}, "msg": "Key Words Not Found"}
    if "old" in token:
        return 200, {"Extra": None, "StatusCode": 0, "StatusMessage": "success"}
    return 200, {
        "StatusCode": 0,
        "StatusMessage": "success",
        "code": 0,
        "data": {},
        "msg": "success",
    }


class Robots(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if parts.path == "/cgi-bin/webhook/send":
            platform, token = wecom, query["key"][0]
        elif parts.path == "/robot/send":
            platform, token = dingtalk, query["access_token"][0]
        else:
            platform, token = feishu, parts.path.rpartition("/")[2]
        status, answer = platform(token, query, body)
        said = json.dumps(answer, ensure_ascii=False).encode()
        if "page" in token:
            status, said = 200, "<html>请先登录</html>".encode()
        if "five" in token:
            status, said = 502, b"Bad Gateway"
        code = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
        taken = not code and not {"page", "five", "hang", "reset"} & set(token.split("."))
        self.note(platform.__name__, token, taken, code, body)
        if "hang" in token:
            time.sleep(30)
        if "reset" in token or "lost" in token:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def note(self, platform: str, token: str, taken: bool, code: int, body: bytes) -> None:
        line = {"platform": platform, "token": token, "taken": taken, "code": code, "at": time.time(),
                "body": body.decode()}  # fmt: skip
        os.write(self.server.log, (json.dumps(line, ensure_ascii=False) + "\n").encode())

    def log_message(self, *_: object) -> None:
        pass

    def finish(self) -> None:
        if not self.connection._closed:
            super().finish()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """The client may be gone."""


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Robots)
    server.log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
