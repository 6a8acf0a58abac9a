#!/usr/bin/env python3
"""What holding memory costs, and how soon it goes back; beside the cost of the tool that LoadShaper follows.

    dotnet build src/LoadShaper.Daemon -c Release && python3 bench/memory/run.py

Takes about 6 minutes and 3 GiB; needs Linux and a machine that is quiet for the figures to mean anything.
"""
import argparse
import ctypes
import mmap
import os
import platform
import subprocess
import sys
import threading
import time

GIB, MIB, PAGE = 1 << 30, 1 << 20, 4096
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PR_SET_THP_DISABLE = 41


class Holder:
    """`loadshaper hold`, told what the daemon would tell it."""

    def __init__(self, dll, huge, reserve=256 * MIB, step=64 * MIB, touch=1.0):
        env = dict(os.environ, DOTNET_GCHeapHardLimit="1000000", DOTNET_gcServer="0", DOTNET_gcConcurrent="0",
                   DOTNET_TieredCompilation="0", DOTNET_EnableDiagnostics="0")
        without = None if huge else lambda: ctypes.CDLL(None).prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)
        self.process = subprocess.Popen(["dotnet", "exec", dll, "hold"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=env, text=True, bufsize=1, preexec_fn=without)
        self.lines, self.heard = [], threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()
        self.wait(lambda line: line.startswith("ready"))
        self.tell(f"settings {reserve} {step} 95 5 {touch}")

    def _listen(self):
        for line in self.process.stdout:
            with self.heard:
                self.lines.append((time.monotonic(), line.strip()))
                self.heard.notify_all()

    def tell(self, order):
        self.process.stdin.write(order + "\n")

    def wait(self, wanted, timeout=120):
        with self.heard:
            if not self.heard.wait_for(lambda: any(wanted(line) for _, line in self.lines), timeout):
                sys.exit(f"the holder did not answer; it said {self.lines}")
            return next((at, line) for at, line in self.lines if wanted(line))

    def hold(self, size):
        self.lines.clear()
        self.tell(f"hold {size} 0")
        self.wait(lambda line: line.startswith(f"holding {size} "))

    def cpu(self):
        tasks = f"/proc/{self.process.pid}/task"
        return sum(int(open(f"{tasks}/{tid}/schedstat").read().split()[0]) for tid in os.listdir(tasks)) / 1e9

    def status(self, field):
        for file in ("status", "smaps_rollup"):
            for line in open(f"/proc/{self.process.pid}/{file}"):
                if line.startswith(field + ":"):
                    return int(line.split()[1]) / 1024

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)


def available():
    for line in open("/proc/meminfo"):
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024


def warm():
    """A virtual machine gets a page from its host when it first uses it, at the host's pace; that cost is not ours."""
    block = mmap.mmap(-1, 2 * GIB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for at in range(0, len(block), PAGE):
        block[at] = 1
    block.close()


def ours(dll, huge, seconds):
    holder = Holder(dll, huge)
    baseline = holder.status("VmRSS")
    growing = []
    for _ in range(3):
        holder.hold(0) if growing else None
        before = holder.cpu()
        holder.hold(GIB)
        growing.append(holder.cpu() - before)
    got = holder.status("AnonHugePages")

    # The first rounds follow each other quickly; what is kept for months is the pace after them.
    time.sleep(65)
    before, start = holder.cpu(), time.monotonic()
    time.sleep(seconds)
    keeping = 100 * (holder.cpu() - before) / (time.monotonic() - start)
    holder.end()
    return min(growing), keeping, got, baseline


def reference(interval=1.0):
    """The loop of the reference: a bytearray extended step by step, and in each interval every page of it touched."""
    start = time.thread_time()
    block = bytearray()
    while len(block) < GIB:
        block.extend(b"\x00" * (64 * MIB))
        for at in range(len(block) - 64 * MIB, len(block), PAGE):
            block[at] = (block[at] + 1) & 0xFF
    growing = time.thread_time() - start

    rounds = []
    for _ in range(5):
        start = time.thread_time()
        for at in range(0, len(block), PAGE):
            block[at] = (block[at] + 1) & 0xFF
        rounds.append(time.thread_time() - start)
    touching = min(rounds)
    return growing, 100 * touching / (touching + interval)


def release(dll, rounds):
    """From MemAvailable falling under the reserve, seen every millisecond, until it is above it again."""
    times = []
    for _ in range(rounds):
        reserve = available() - GIB - 300 * MIB
        holder = Holder(dll, True, reserve=reserve)
        holder.hold(GIB)
        hog = mmap.mmap(-1, 900 * MIB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        under = None
        over = None

        def watch():
            nonlocal under, over
            while over is None:
                now, seen = time.monotonic(), available()
                if seen < reserve:
                    under, done = under or now, None
                elif under and taken.is_set():
                    over = now
                time.sleep(0.001)

        taken = threading.Event()
        watcher = threading.Thread(target=watch)
        watcher.start()
        chunk = b"\x5a" * MIB
        last = time.monotonic()
        for at in range(0, len(hog), MIB):
            hog[at:at + MIB] = chunk
            last = time.monotonic()
        taken.set()
        watcher.join(30)
        if over is None:
            sys.exit("the reserve was not restored within 30 s")
        # Until the last page was taken the need grew; after it, how long the last part was missing.
        times.append((over - under, max(0.0, over - last), last - under))
        hog.close()
        holder.end()
    return times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60, help="how long the cost of keeping is measured")
    parser.add_argument("--rounds", type=int, default=5, help="of pressure")
    parser.add_argument("--dll", default=f"{ROOT}/src/LoadShaper.Daemon/bin/Release/net10.0/loadshaper.dll")
    options = parser.parse_args()
    if not os.path.exists(options.dll):
        sys.exit(f"{options.dll} is missing; build first: dotnet build src/LoadShaper.Daemon -c Release")

    print(f"machine: {os.cpu_count()} CPUs, Linux {platform.release()} {platform.machine()}, "
          f"load {os.getloadavg()[0]:.2f} at the start, Python {platform.python_version()}")
    warm()
    grow_reference, keep_reference = reference()
    print(f"{'1 GiB':34}{'growing, CPU-s':>16}{'keeping, % of a core':>22}{'reference / ours':>18}")
    print(f"{'reference (every page, each 1 s)':34}{grow_reference:16.2f}{keep_reference:22.3f}")
    for huge in (True, False):
        grow, keep, got, baseline = ours(options.dll, huge, options.seconds)
        name = f"ours, {'huge' if huge else 'small'} pages ({got:.0f} MiB huge)"
        print(f"{name:34}{grow:16.2f}{keep:22.3f}{f'{grow_reference / grow:.1f} / {keep_reference / keep:.0f}':>18}")
    print(f"the holder itself, holding nothing: {baseline:.0f} MiB resident")

    times = release(options.dll, options.rounds)
    print(f"another process takes 900 MiB, 600 of them under the reserve ({options.rounds} rounds):")
    print(f"  back above the reserve after its last page: {', '.join(f'{1000 * t[1]:.0f}' for t in times)} ms")
    print(f"  under the reserve in all, taking included:   {', '.join(f'{1000 * t[0]:.0f}' for t in times)} ms")


if __name__ == "__main__":
    main()
