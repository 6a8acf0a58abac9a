#!/usr/bin/env python3
"""Measures a path: UDP datagrams one way, or TCP exchanges there and back. Prints one JSON object.

  probe.py udp SEND_PORT RECEIVE_PORT COUNT GAP_US [SIZE]   numbered datagrams to SEND_PORT, received on RECEIVE_PORT
  probe.py tcp CONNECT_PORT LISTEN_PORT COUNT [SIZE]        exchanges, one at a time, with an echo on LISTEN_PORT
"""
import json
import socket
import struct
import sys
import threading
import time
import zlib

# Linux: a datagram is sent without a checksum, so that one with an inverted bit arrives.
SO_NO_CHECK = 11
HEAD = struct.Struct("!Id")


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else None


def udp(send_port, receive_port, count, gap_us, size=100):
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    receiver.bind(("127.0.0.1", receive_port))
    receiver.settimeout(2)
    seen, times, broken, bits = [], [], [], []
    padding = b"x" * (size - HEAD.size - 4)

    def receive():
        while True:
            try:
                data = receiver.recv(2048)
            except socket.timeout:
                return
            times.append(time.monotonic())
            head = data[:HEAD.size]
            if zlib.crc32(head).to_bytes(4, "big") != data[HEAD.size:HEAD.size + 4]:
                broken.append(data)
                continue
            if data[HEAD.size + 4:] != padding:
                broken.append(data)
                bits.append(sum((a ^ b).bit_count() for a, b in zip(data[HEAD.size + 4:], padding)))
            number, at = HEAD.unpack(head)
            seen.append((number, times[-1] - at))

    thread = threading.Thread(target=receive)
    thread.start()
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
    start = time.monotonic()
    for number in range(count):
        wait = start + number * gap_us / 1e6 - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        head = HEAD.pack(number, time.monotonic())
        sender.sendto(head + zlib.crc32(head).to_bytes(4, "big") + padding, ("127.0.0.1", send_port))
    thread.join()
    numbers = [n for n, _ in seen]
    arrived = set(numbers)
    bursts, length = [], 0
    for number in range(count):
        if number in arrived:
            if length:
                bursts.append(length)
            length = 0
        else:
            length += 1
    highest, late = -1, 0
    for number in numbers:
        late += number < highest
        highest = max(highest, number)
    delays = [d * 1e3 for _, d in seen]
    return {
        "sent": count, "loss": 1 - len(arrived) / count, "bursts": len(bursts), "burst": sum(bursts) / len(bursts) if bursts else 0,
        "duplicates": (len(numbers) - len(arrived)) / count, "reordered": late / count,
        "corrupted": len(broken) / count, "bits": sum(bits) / len(bits) if bits else 0,
        "kbps": (len(times) - 1) * size * 8 / 1e3 / (times[-1] - times[0]) if len(times) > 1 else 0,
        "delay_ms": {"min": min(delays), "p50": percentile(delays, 0.5), "p99": percentile(delays, 0.99), "max": max(delays), "mean": sum(delays) / len(delays)} if delays else None,
    }


def read_all(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def tcp(connect_port, listen_port, count, size=100):
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", listen_port))
    listener.listen(64)
    lanes = 4

    def serve(connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while True:
                connection.sendall(read_all(connection, size))
        except (EOFError, OSError):
            connection.close()

    def accept():
        for _ in range(lanes):
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    times, lock = [], threading.Lock()

    def exchange():
        client = socket.create_connection(("127.0.0.1", connect_port))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        mine = []
        for _ in range(count // lanes):
            # Apart, so that an acknowledgement and a smoothed round-trip time exist before the next exchange.
            time.sleep(0.005)
            start = time.monotonic()
            client.sendall(b"x" * size)
            read_all(client, size)
            mine.append((time.monotonic() - start) * 1e3)
        client.close()
        with lock:
            times.extend(mine)

    threads = [threading.Thread(target=exchange) for _ in range(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"count": len(times), "p50": percentile(times, 0.5), "p90": percentile(times, 0.9), "p95": percentile(times, 0.95), "p99": percentile(times, 0.99), "max": max(times),
            "between": sum(30 < t <= 100 for t in times) / len(times), "repaired": sum(t > 100 for t in times) / len(times)}


if __name__ == "__main__":
    arguments = [int(a) for a in sys.argv[2:]]
    print(json.dumps({"udp": udp, "tcp": tcp}[sys.argv[1]](*arguments)))
