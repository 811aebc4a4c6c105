"""Makes HTTP requests from inside the cluster: reads them as JSON from stdin, and writes the answers as JSON."""

import base64
import concurrent.futures
import http.client
import json
import socket
import ssl
import sys
import time


def connect(request):
    """A connection to the address of the request, with the name that it gives as the server's."""
    context = ssl.create_default_context(cadata=request["certificate"]) if request.get("certificate") else None
    connection = http.client.HTTPConnection(request["address"], request["port"], timeout=request.get("timeout", 30))
    if context:
        plain = socket.create_connection((request["address"], request["port"]), request.get("timeout", 30))
        connection.sock = context.wrap_socket(plain, server_hostname=request["host"])
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


def load(request):
    """Counts answers by status, for so many seconds at the least and so many answers; every tenth comes on a new connection."""
    end = time.time() + request["seconds"]
    share = request.get("requests", 0) / request["visitors"]

    def visitor(_):
        counts, connection, number = {}, None, 0
        while time.time() < end or number < share:
            number += 1
            if connection is None or number % 10 == 0:
                try:
                    connection = connect(request)
                except OSError as error:
                    key, connection = f"{type(error).__name__}: {error}", None
                    counts[key] = counts.get(key, 0) + 1
                    continue
            answer = fetch(request, connection)
            key = str(answer.get("status", answer.get("error")))
            counts[key] = counts.get(key, 0) + 1
            if "error" in answer:
                connection = None
        return counts

    total = {}
    with concurrent.futures.ThreadPoolExecutor(request["visitors"]) as pool:
        for counts in pool.map(visitor, range(request["visitors"])):
            for key, count in counts.items():
                total[key] = total.get(key, 0) + count
    return total


def reach(request):
    """Whether a TCP connection can be opened within two seconds."""
    try:
        socket.create_connection((request["address"], request["port"]), 2).close()
    except OSError:
        return False
    return True


ACTIONS = {"fetch": fetch, "load": load, "reach": reach}
requests = json.load(sys.stdin)
with concurrent.futures.ThreadPoolExecutor(32) as pool:
    print(json.dumps(list(pool.map(lambda item: ACTIONS[item["action"]](item), requests))))
