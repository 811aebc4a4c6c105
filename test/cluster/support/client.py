"""Makes HTTP requests from inside the cluster: reads them as one line of JSON from stdin, and writes the answers as JSON."""

import base64
import collections
import concurrent.futures
import functools
import http.client
import json
import os
import socket
import ssl
import sys
import threading
import time


@functools.lru_cache(maxsize=None)
def context(certificates):
    """What trusts these certificates alone."""
    return ssl.create_default_context(cadata=certificates)


def connect(request):
    """A connection to the address of the request, with the name that it gives as the server's."""
    connection = http.client.HTTPConnection(request["address"], request["port"], timeout=request.get("timeout", 30))
    if request.get("certificate"):
        plain = socket.create_connection((request["address"], request["port"]), request.get("timeout", 30))
        connection.sock = context(request["certificate"]).wrap_socket(plain, server_hostname=request["host"])
    return connection


def fetch(request, connection=None):
    """The answer to one request, or the error that came instead."""
    try:
        connection = connection or connect(request)
        headers = {"Host": request["host"], **request.get("headers", {})}
        connection.request(request.get("method", "GET"), request["path"], request.get("body"), headers)
        response = connection.getresponse()
        body = response.read()
        fields = [[name.lower(), value] for name, value in response.getheaders()]
        return {"status": response.status, "headers": fields, "body": base64.b64encode(body).decode()}
    except (OSError, http.client.HTTPException) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def tally(visitor, visitors):
    """The sums of what so many visitors have counted, side by side."""
    total = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(visitors) as pool:
        for counts in pool.map(visitor, range(visitors)):
            total.update(counts)
    return total


def going_on(request):
    """Whether a visitor goes on: for so many seconds, or until the end of the input."""
    if "seconds" not in request:
        return lambda: not over.is_set()
    end = time.time() + request["seconds"]
    return lambda: time.time() < end


def load(request):
    """Counts answers by status, or by error, path and second, and so many of them at the least. The paths come in turn; every
    tenth answer on a new connection, or each one that `connections` says, with a rest of so many seconds after each."""
    begin, goes_on, paths = time.time(), going_on(request), request["paths"]
    share = request.get("requests", 0) / request["visitors"]

    def visitor(place):
        counts, connection, number = collections.Counter(), None, place
        time.sleep(place * request.get("stagger", 0))
        while goes_on() or number - place < share:
            path = paths[number % len(paths)]
            number += 1
            if number % request.get("renew", 10) == 0:
                connection = None
            try:
                connection = connection or connect(request)
                answer = fetch({**request, "path": path}, connection)
            except OSError as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            status = answer.get("status")
            counts["200" if status == 200 else f"{status or answer['error']} at {path} after {time.time() - begin:.0f} s"] += 1
            # An answer may say that it was the last one.
            if "error" in answer or connection.sock is None:
                connection = None
            time.sleep(request.get("rest", 0))
        return counts

    return tally(visitor, request["visitors"])


def opened(request):
    """A websocket, and its stream to read from."""
    connection = connect(request)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [f"GET {request['path']} HTTP/1.1", f"Host: {request['host']}", "Connection: Upgrade", "Upgrade: websocket"]
    lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""]
    connection.sock.sendall("\r\n".join(lines).encode())
    stream = connection.sock.makefile("rb")
    status = stream.readline().split()[1].decode()
    while stream.readline().strip():
        pass
    if status != "101":
        raise ConnectionError(f"{status} in place of a websocket")
    return connection.sock, stream


TEXT, CLOSE = 1, 8


def frame(kind, content):
    """A short frame, under a mask of zeros."""
    return bytes([0x80 | kind, 0x80 | len(content)]) + bytes(4) + content


def heard(stream):
    """The kind of a short frame, and its content."""
    head = stream.read(2)
    if len(head) < 2:
        raise ConnectionError("cut without a word")
    return head[0] & 15, stream.read(head[1])


def talk(request):
    """Counts what becomes of websockets that say something twice a second, and that are opened again as soon as they end."""
    goes_on = going_on(request)

    def visitor(_):
        counts, begin = collections.Counter(), time.time()
        while goes_on():
            try:
                sock, stream = opened(request)
                counts["opened"] += 1
                while goes_on():
                    sock.sendall(frame(TEXT, b"hello"))
                    kind, content = heard(stream)
                    counts[f"closed with {int.from_bytes(content, 'big')}" if kind == CLOSE else "answered"] += 1
                    if kind == CLOSE:
                        sock.sendall(frame(CLOSE, content))
                        break
                    time.sleep(0.5)
                sock.close()
            except (OSError, IndexError) as error:
                counts[f"{type(error).__name__}: {error} after {time.time() - begin:.0f} s"] += 1
                time.sleep(0.1)
        return counts

    return tally(visitor, request["visitors"])


def reach(request):
    """Whether a TCP connection can be opened within two seconds."""
    try:
        socket.create_connection((request["address"], request["port"]), 2).close()
    except OSError:
        return False
    return True


def wait():
    """Until nobody holds the input open."""
    sys.stdin.read()
    over.set()


ACTIONS = {"fetch": fetch, "load": load, "reach": reach, "talk": talk}
requests = json.loads(sys.stdin.readline())
over = threading.Event()
threading.Thread(target=wait, daemon=True).start()
with concurrent.futures.ThreadPoolExecutor(32) as pool:
    print(json.dumps(list(pool.map(lambda item: ACTIONS[item["action"]](item), requests))), flush=True)
# SPDY may lose what is said right before the end.
if any(item["action"] in ("load", "talk") for item in requests):
    time.sleep(1)
