"""A log of all requests."""

import logging

log = logging.getLogger("shop")


class LogRequests:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        log.info("%s %s", request.method, request.get_full_path(), extra={"request": request})
        log.debug("headers %s cookies %s", request.headers, request.COOKIES)
        response = self.get_response(request)
        log.info("request %s answered %d", request.headers["X-Request-Id"], response.status_code)
        return response
