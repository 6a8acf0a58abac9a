"""Watches an interface in the present network namespace: captures every packet, and reads the kernel's counters.

usage: watch.py capture IFACE PEER[,PEER...] SECONDS   prints: packets, foreign (to or from no peer), fragments,
                                                       packets that the capture missed
       watch.py rate IFACE SECONDS                     prints: mean Mbit/s sent and received
       watch.py bytes IFACE                            prints: bytes sent and received
"""
import ipaddress
import signal
import socket
import struct
import sys
import time


def counters(iface):
    with open("/proc/net/dev") as lines:
        for line in lines:
            name, _, rest = line.partition(":")
            if name.strip() == iface:
                fields = rest.split()
                return int(fields[8]), int(fields[0])
    raise SystemExit(f"no interface {iface}")


def capture(iface, peers, seconds):
    allowed = {ipaddress.ip_address(p).packed for p in peers.split(",")}
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sock.setsockopt(socket.SOL_SOCKET, 33, 1 << 26)  # SO_RCVBUFFORCE
    sock.bind((iface, 0))
    sock.settimeout(0.2)
    packets = foreign = fragments = 0
    strangers = set()
    end = time.monotonic() + seconds
    stop = []
    # Background jobs of a shell ignore SIGINT until it is set.
    signal.signal(signal.SIGINT, lambda *_: stop.append(True))
    while time.monotonic() < end and not stop:
        try:
            frame = sock.recv(96)
        except socket.timeout:
            continue
        kind = struct.unpack("!H", frame[12:14])[0]
        if kind == 0x0800 and len(frame) >= 34:
            flags = struct.unpack("!H", frame[20:22])[0]
            pair = (frame[26:30], frame[30:34])
            fragments += 1 if flags & 0x3FFF else 0
        elif kind == 0x86DD and len(frame) >= 54:
            pair = (frame[22:38], frame[38:54])
            fragments += 1 if frame[20] == 44 else 0
            # Neighbour discovery is the kernel's own.
            if frame[20] in (0, 58):
                continue
        else:
            continue
        packets += 1
        if not all(a in allowed for a in pair):
            foreign += 1
            strangers.add(" -> ".join(str(ipaddress.ip_address(a)) for a in pair))
    # SOL_PACKET, PACKET_STATISTICS: packets and drops of this socket.
    _, missed = struct.unpack("II", sock.getsockopt(263, 6, 8))
    print(packets, foreign, fragments, missed, *sorted(strangers)[:3])


def rate(iface, seconds):
    before, began = counters(iface), time.monotonic()
    time.sleep(seconds)
    after, passed = counters(iface), time.monotonic() - began
    print(*(f"{8 * (a - b) / passed / 1e6:.2f}" for a, b in zip(after, before)))


if sys.argv[1] == "capture":
    capture(sys.argv[2], sys.argv[3], float(sys.argv[4]))
elif sys.argv[1] == "rate":
    rate(sys.argv[2], float(sys.argv[3]))
else:
    print(*counters(sys.argv[2]))
