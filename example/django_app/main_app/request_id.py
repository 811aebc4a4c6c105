"""The id that the front gives to each request, for every line that is logged meanwhile."""

import logging
from contextvars import ContextVar
from inspect import iscoroutinefunction

from django.utils.decorators import sync_and_async_middleware

request_id = ContextVar("request_id", default="-")


@sync_and_async_middleware
def middleware(get_response):
    # Not reset afterwards: Django logs answers such as 404 after all middleware, and the next request brings its own.
    if iscoroutinefunction(get_response):

        async def answer(request):
            request_id.set(request.headers.get("X-Request-ID", "-"))
            return await get_response(request)

    else:

        def answer(request):
            request_id.set(request.headers.get("X-Request-ID", "-"))
            return get_response(request)

    return answer


class RequestIdFilter(logging.Filter):
    """Gives each record the attribute `request_id`."""

    def filter(self, record):
        record.request_id = request_id.get()
        return True
