"""A plain UDP sender as the reference tool has it, and a sink for it.

usage: udp.py send HOST PORT MBIT SECONDS      1,400-byte payloads, a token bucket of 5 ms
       udp.py sink HOST PORT                   until it is killed
"""
import socket
import sys
import time

if sys.argv[1] == "sink":
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    sock.bind((sys.argv[2], int(sys.argv[3])))
    buffer = bytearray(1 << 16)
    while True:
        sock.recv_into(buffer)

target = (sys.argv[2], int(sys.argv[3]))
rate = float(sys.argv[4]) * 1e6 / 8
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
payload = bytes(1400)
began = before = time.monotonic()
tokens = 0.0
while (now := time.monotonic()) - began < float(sys.argv[5]):
    tokens = min(tokens + (now - before) * rate, rate / 10)
    before = now
    while tokens >= len(payload):
        sock.sendto(payload, target)
        tokens -= len(payload)
    time.sleep(0.005)
