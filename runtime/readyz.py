"""Ask the Django of this pod for a page, as the front would, and print the status and the first line of plain text."""

from __future__ import annotations

import http.client
import sys

TIMEOUT = 15  # seconds: a page that asks a database may have to wait for it
LONGEST = 200


def ask(port: int, host: str, path: str) -> tuple[http.client.HTTPResponse, str]:
    """An answer and its beginning."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
    answer = connection.getresponse()
    return answer, answer.read(LONGEST).decode("utf-8", "replace")


def main() -> None:
    """Take a port, a host and a path. A project may have the page with a slash in the end."""
    port, host, path = sys.argv[1:]
    answer, text = ask(int(port), host, path)
    if answer.getheader("Location") == f"{path}/":
        answer, text = ask(int(port), host, f"{path}/")
    plain = answer.getheader("Content-Type", "").startswith("text/plain")
    print(answer.status, text.splitlines()[0] if plain and text else "")


if __name__ == "__main__":
    main()
