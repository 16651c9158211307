"""The servers that contenders send to: real nginx and the canned server, unprivileged, on free loopback ports."""

from __future__ import annotations

import resource
import socket
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bars.trial import NotMeasured


@dataclass(frozen=True)
class Taken:
    """What a server has seen since it was asked last."""

    requests: int
    arrivals_ns: list[int]  # empty where the server does not note them


class Server(Protocol):
    pid: int

    def take(self) -> Taken: ...


def _ask(port: int, text: bytes) -> bytes:
    """Everything that comes from a connection until it is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        if text:
            connection.sendall(text)
        parts = []
        while part := connection.recv(1 << 20):
            parts.append(part)
    return b"".join(parts)


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Canned:
    """bench-peer serve: always the same bytes; knows when each request came."""

    def __init__(self, program: Path, cpu: int, pods: int = 0) -> None:
        words = ["taskset", "-c", str(cpu), str(program), "serve", str(pods)]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        ports = dict(self.process.stdout.readline().split() for _ in range(3))
        self.pid = self.process.pid
        self.url = f"http://127.0.0.1:{ports['http']}/"
        self.port = int(ports["http"])
        self.silent_port = int(ports["silent"])
        self._control_port = int(ports["control"])

    def take(self) -> Taken:
        data = _ask(self._control_port, b"")
        requests, count = struct.unpack_from("=qq", data)
        return Taken(requests, list(struct.unpack_from(f"={count}q", data, 16)))

    def end(self) -> None:
        end(self.process)


_CONFIG = """daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 16384; multi_accept on; }}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  access_log off;
  log_format resumed "$ssl_session_reused";
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  keepalive_time 24h;
  tcp_nodelay on;
  default_type text/plain;
  ssl_certificate {folder}/certificate.pem;
  ssl_certificate_key {folder}/key.pem;
  ssl_protocols TLSv1.3;
  ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;  # left to themselves clients choose different ones
  ssl_session_tickets on;
  server {{
    listen 127.0.0.1:{plain} backlog=4096;
    listen 127.0.0.1:{tls} ssl http2 backlog=4096;
    location / {{ return 200 "{body}"; }}
    location = /never {{ proxy_pass http://127.0.0.1:{silent}; proxy_read_timeout 60s; }}
  }}
  server {{  # new connections: the log says of each request whether its session was resumed
    listen 127.0.0.1:{logged} ssl backlog=4096;
    access_log {folder}/resumed.log resumed;
    location / {{ return 200 "{body}"; }}
  }}
  server {{
    listen 127.0.0.1:{status};
    location / {{ stub_status; }}
  }}
}}
"""


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def _make_certificate(folder: Path) -> None:
    words = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost".split()
    words += ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    words += ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"]
    subprocess.run(words, check=True, capture_output=True)


class Nginx:
    """One nginx process that answers 150 bytes, over plain HTTP/1.1, and HTTP/1.1 and 2 over TLS 1.3 with one suite."""

    def __init__(self, folder: Path, cpu: int, silent_port: int) -> None:
        self._folder = folder
        _make_certificate(folder)
        for _ in range(3):  # another program may take a port between the choice and nginx
            plain, tls, logged, self._status_port = _free_ports(4)
            (folder / "nginx.conf").write_text(
                _CONFIG.format(
                    folder=folder,
                    plain=plain,
                    tls=tls,
                    logged=logged,
                    status=self._status_port,
                    silent=silent_port,
                    body="x" * 150,
                )
            )
            words = ["taskset", "-c", str(cpu), "nginx", "-p", str(folder), "-c", f"{folder}/nginx.conf"]
            self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
            if self._answers():
                break
            end(self.process)
        else:
            raise NotMeasured(f"nginx does not start: {self._last_error()}")
        self.pid = self.process.pid
        self.plain_url = f"http://127.0.0.1:{plain}/"
        self.plain_port = plain
        self.tls_url = f"https://127.0.0.1:{tls}/"
        self.logged_url = f"https://127.0.0.1:{logged}/"
        self._seen = self._counters()
        self._logged_at = 0

    def _answers(self) -> bool:
        for _ in range(100):
            if self.process.poll() is not None:
                return False
            try:
                self._counters()
                return True
            except OSError:
                time.sleep(0.05)
        return False

    def _last_error(self) -> str:
        log = self._folder / "error.log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return lines[-1] if lines else "it said nothing"

    def _counters(self) -> tuple[int, int]:
        """Connections accepted and requests begun, of which each call makes one."""
        text = _ask(self._status_port, b"GET / HTTP/1.0\r\n\r\n").decode()
        words = text.split("requests")[1].split()
        return int(words[0]), int(words[2])

    def take(self) -> Taken:
        before, self._seen = self._seen, self._counters()
        self.accepted = self._seen[0] - before[0] - 1
        return Taken(self._seen[1] - before[1] - 1, [])

    def take_resumed(self) -> float:
        """The share of requests at logged_url, since it was asked last, whose TLS session was resumed."""
        with open(self._folder / "resumed.log", encoding="ascii") as log:
            log.seek(self._logged_at)
            lines = log.read().split()
            self._logged_at = log.tell()
        return sum(1 for line in lines if line == "r") / len(lines) if lines else 0.0

    def end(self) -> None:
        end(self.process)


def raise_descriptor_limit() -> int:
    """As many open files as the system lets this user have, also for children."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard if hard != resource.RLIM_INFINITY else 1 << 20
