"""Polls the live page as browsers do: viewers.py PORT VIEWERS SECONDS. The state every 5 s, the history every 60 s, with tags."""
import http.client
import sys
import threading
import time

port, viewers, seconds = (int(argument) for argument in sys.argv[1:4])
end = time.monotonic() + seconds
counts = {200: 0, 304: 0, "other": 0}
lock = threading.Lock()


def get(connection, path, tags):
    connection.request("GET", path, headers={"If-None-Match": tags[path]} if path in tags else {})
    answer = connection.getresponse()
    answer.read()
    tags[path] = answer.getheader("ETag") or tags.get(path, '""')
    with lock:
        counts[answer.status if answer.status in counts else "other"] += 1


def view(number):
    time.sleep(5.0 * number / viewers)
    connection, tags, history = http.client.HTTPConnection("127.0.0.1", port, timeout=10), {}, 0
    while time.monotonic() < end:
        get(connection, "/api/state", tags)
        if time.monotonic() >= history:
            get(connection, "/api/history", tags)
            history = time.monotonic() + 60
        time.sleep(5)


threads = [threading.Thread(target=view, args=(number,)) for number in range(viewers)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"answers: {counts[200]} with a body, {counts[304]} unchanged, {counts['other']} other")
