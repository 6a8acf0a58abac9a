"""An HTTP server that writes path and arrival (CLOCK_MONOTONIC, nanoseconds) of every request to a file: server.py PORT FILE ADDRESS. Ends with SIGTERM."""
import asyncio
import os
import signal
import sys
import time

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.left = transport, b""

    def data_received(self, data):
        at = b" %d\n" % time.monotonic_ns()
        *requests, self.left = (self.left + data).split(b"\r\n\r\n")
        # At once and unbuffered: what was answered is in the file.
        os.write(log, b"".join(request.split(b" ", 2)[1] + at for request in requests))
        self.transport.write(ANSWER * len(requests))


async def main():
    server = await asyncio.get_running_loop().create_server(Connection, sys.argv[3], int(sys.argv[1]), backlog=1024)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.close)
    print("listening", flush=True)
    try:
        await server.serve_forever()
    except asyncio.CancelledError:
        pass


log = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
asyncio.run(main())
