#!/usr/bin/env python3
"""What holding memory costs, and how soon it goes back; beside the cost of the tool that LoadShaper follows.

    dotnet build src/LoadShaper.Daemon -c Release && python3 bench/memory/run.py

Takes about 7 minutes and 3 GiB; needs Linux and a machine that is quiet for the figures to mean anything.
The parts that run a whole daemon: kill, and oom, which needs root and a memory cgroup of version 1.
"""
import argparse
import ctypes
import datetime
import json
import mmap
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

GIB, MIB, PAGE = 1 << 30, 1 << 20, 4096
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PR_SET_THP_DISABLE = 41


class Holder:
    """`loadshaper hold`, with the orders that the daemon would send."""

    def __init__(self, dll, huge, reserve=256 * MIB, step=64 * MIB, touch=1.0):
        env = dict(os.environ, DOTNET_GCHeapHardLimit="1000000", DOTNET_gcServer="0", DOTNET_gcConcurrent="0",
                   DOTNET_TieredCompilation="0", DOTNET_EnableDiagnostics="0")
        without = None if huge else lambda: ctypes.CDLL(None).prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)
        self.process = subprocess.Popen(["dotnet", "exec", dll, "hold"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=env, text=True, bufsize=1, preexec_fn=without)
        self.lines, self.arrived = [], threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()
        self.wait(lambda line: line.startswith("ready"))
        self.send(f"settings {reserve} {step} 95 5 {touch}")

    def _listen(self):
        for line in self.process.stdout:
            with self.arrived:
                self.lines.append((time.monotonic(), line.strip()))
                self.arrived.notify_all()

    def send(self, order):
        self.process.stdin.write(order + "\n")

    def wait(self, wanted, timeout=120):
        with self.arrived:
            if not self.arrived.wait_for(lambda: any(wanted(line) for _, line in self.lines), timeout):
                sys.exit(f"the holder did not answer; it said {self.lines}")
            return next((at, line) for at, line in self.lines if wanted(line))

    def hold(self, size):
        self.lines.clear()
        self.send(f"hold {size} 0")
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
    least = looking(seconds)
    keeping = 100 * (holder.cpu() - before) / (time.monotonic() - start)
    holder.end()
    return min(growing), keeping, got, baseline, least


def looking(seconds):
    """What it costs on this machine at this time to wake each 240 ms and read /proc/meminfo, and nothing else."""
    file = os.open("/proc/meminfo", os.O_RDONLY)
    start, before = time.monotonic(), time.thread_time()
    while time.monotonic() - start < seconds:
        time.sleep(0.24)
        os.pread(file, 4096, 0)
    os.close(file)
    return 100 * (time.thread_time() - before) / (time.monotonic() - start)


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
    """From MemAvailable falling under the reserve, seen every millisecond, until it is above it again; the longest time."""
    times = []
    for _ in range(rounds):
        time.sleep(1)   # what ended before gives back until now
        reserve = available() - GIB - 300 * MIB
        holder = Holder(dll, True, reserve=reserve)
        holder.hold(GIB)
        hog = mmap.mmap(-1, 900 * MIB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        stretches = []

        def watch():
            under = None
            while under or not stretches or not taken.is_set():
                now, seen = time.monotonic(), available()
                if seen < reserve:
                    under = under or now
                elif under:
                    stretches.append(now - under)
                    under = None
                time.sleep(0.001)

        taken = threading.Event()
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        chunk = b"\x5a" * MIB
        for at in range(0, len(hog), MIB):
            hog[at:at + MIB] = chunk
        taken.set()
        watcher.join(30)
        if watcher.is_alive():
            sys.exit(f"the reserve was not restored within 30 s, or never reached: {available() // MIB} MiB available, reserve {reserve // MIB} MiB, "
                     f"the holder said {holder.lines[-1][1]}; does anything else take memory?")
        times.append(max(stretches))
        hog.close()
        holder.end()
    return times


def looks(dll, seconds=20):
    """The longest the holder goes without reading MemAvailable, in milliseconds; None without strace."""
    if not shutil.which("strace"):
        return None
    holder = Holder(dll, True)
    holder.hold(GIB)
    trace = subprocess.run(["timeout", "-s", "INT", str(seconds), "strace", "-f", "-ttt", "-e", "trace=pread64", "-p", str(holder.process.pid)],
                           stderr=subprocess.PIPE, text=True).stderr
    holder.end()
    times = [float(word) for line in trace.splitlines() if "MemTotal" in line for word in line.split() if "." in word and word[0].isdigit()]
    return 1000 * max(after - before for before, after in zip(times, times[1:]))


class Daemon:
    """The whole daemon, holding memory."""

    def __init__(self, dll, target, cgroup=None):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.data = tempfile.mkdtemp(prefix="loadshaper-bench-")
        # The rule counts memory on A1 alone; "both" holds it anywhere. What ran before on this machine is no reason to wait.
        env = dict(os.environ, PROTECT_WITH="both", MEM_TARGET_PCT=str(target), MEM_STEP_MB="250", CONTROL_PERIOD_SEC="1",
                   LOAD_CHECK_ENABLED="false", HEALTH_PORT=str(self.port), PERSISTENCE_DIR=self.data)
        join = (lambda: open(f"{cgroup}/cgroup.procs", "w").write(str(os.getpid()))) if cgroup else None
        self.process = subprocess.Popen(["dotnet", "exec", dll, "run"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=join)

    def page(self, name):
        return json.load(urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{name}", timeout=5))

    def memory(self):
        return self.page("metrics")["memory"]

    def wait(self, phase, timeout=120):
        for _ in range(timeout * 5):
            time.sleep(0.2)
            try:
                if self.memory()["phase"] in phase:
                    return self.memory()
            except OSError:
                pass
        sys.exit(f"the daemon did not reach {phase}")

    def holder(self):
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if open(f"/proc/{pid}/comm").read().strip() == "loadshaper-hold" and field(pid, "PPid") == str(self.process.pid):
                    return int(pid)
            except OSError:
                pass
        return None

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        shutil.rmtree(self.data)


def field(pid, name):
    return next(line.split()[1] for line in open(f"/proc/{pid}/status") if line.startswith(name + ":"))


def alive(pid):
    try:
        return field(pid, "State") != "Z"
    except (OSError, StopIteration):
        return False


def kill(dll, rounds):
    """From SIGKILL to the daemon until its holder is gone, in milliseconds."""
    times = []
    for _ in range(rounds):
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        daemon = Daemon(dll, round(100 * (total - available() + GIB) / total, 1))
        daemon.wait(["holding"])
        holder = daemon.holder() or sys.exit("the daemon has no holder")
        start = time.monotonic()
        daemon.process.kill()
        while alive(holder):
            time.sleep(0.001)
        times.append(1000 * (time.monotonic() - start))
        daemon.process.wait()
        shutil.rmtree(daemon.data)
    return times


HOG = """
import mmap, time
block = mmap.mmap(-1, 700 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
chunk = b"\x5a" * (4 << 20)
for at in range(0, len(block), len(chunk)):
    block[at:at + len(chunk)] = chunk
print("has it", flush=True)
time.sleep(5)
"""


def oom(dll, watch):
    """A daemon and another process in a cgroup of 1000 MiB; the other takes 700 MiB faster than anybody looks."""
    group = "/sys/fs/cgroup/memory/loadshaper-bench"
    os.makedirs(group, exist_ok=True)
    open(f"{group}/memory.limit_in_bytes", "w").write(str(1000 * MIB))
    daemon = Daemon(dll, 60, group)
    before = daemon.wait(["limited"])
    holder = daemon.holder()
    print(f"in a memory cgroup of 1000 MiB: {before['held_mb']:.0f} MiB held, limited by {before['limited_by']}, holder {holder}")
    join = lambda: open(f"{group}/cgroup.procs", "w").write(str(os.getpid()))
    hog = subprocess.Popen([sys.executable, "-c", HOG], preexec_fn=join, stdout=subprocess.PIPE, text=True)
    got = hog.stdout.readline().strip()
    print(f"  another process takes 700 MiB: it {'lives and ' + got if got else 'was killed'}; holder {'lives' if alive(holder) else 'gone'}, "
          f"daemon {'lives' if daemon.process.poll() is None else 'gone'}")
    hog.wait()
    start = time.monotonic()
    time.sleep(3)
    memory, health = daemon.memory(), daemon.page("health")
    print(f"  /health: {health['status']}, {health['problems'].get('memory')}; last release {memory['last_release_cause']} of "
          f"{memory['last_release_mb']:.0f} MiB at {memory['last_release']}, no growth before {memory['no_growth_before']}")
    grown = None
    while time.monotonic() - start < watch and grown is None:
        time.sleep(1)
        if daemon.memory()["held_mb"] > 0:
            grown = datetime.datetime.now(datetime.timezone.utc)
    print(f"  grows again {f'at {grown:%H:%M:%S}Z' if grown else f'not within the {watch:.0f} s that were watched'}")
    daemon.end()
    os.rmdir(group)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", default=["cost", "release", "kill", "oom"], help="cost, release, kill, oom; all without")
    parser.add_argument("--watch", type=float, default=30, help="for how many seconds after an OOM kill growth is watched for; it is due after 600")
    parser.add_argument("--seconds", type=float, default=60, help="how long the cost of keeping is measured")
    parser.add_argument("--rounds", type=int, default=5, help="of pressure")
    parser.add_argument("--dll", default=f"{ROOT}/src/LoadShaper.Cli/bin/Release/net10.0/loadshaper.dll")
    options = parser.parse_args()
    if not os.path.exists(options.dll):
        sys.exit(f"{options.dll} is missing; build first: dotnet build src/LoadShaper.Daemon -c Release")

    print(f"machine: {os.cpu_count()} CPUs, Linux {platform.release()} {platform.machine()}, "
          f"load {os.getloadavg()[0]:.2f} at the start, Python {platform.python_version()}")
    if "cost" in options.parts:
        cost(options)
    if "release" in options.parts:
        times = release(options.dll, options.rounds)
        print(f"another process takes 900 MiB, 600 of them under the reserve ({options.rounds} rounds):")
        print(f"  longest time under the reserve: {', '.join(f'{1000 * t:.0f}' for t in times)} ms")
        longest = looks(options.dll)
        print(f"longest between two readings of MemAvailable, 20 s under strace: {f'{longest:.0f} ms' if longest else 'not measured, no strace'}")
    if "kill" in options.parts:
        times = kill(options.dll, options.rounds)
        print(f"SIGKILL to a daemon that holds 1 GiB, until the holder is gone: {', '.join(f'{t:.0f}' for t in times)} ms, median {statistics.median(times):.0f}")
    if "oom" in options.parts:
        oom(options.dll, options.watch)


def cost(options):
    warm()
    grow_reference, keep_reference = reference()
    print(f"{'1 GiB':34}{'growing, CPU-s':>16}{'keeping, % of a core':>22}{'reference / ours':>18}{'bare loop of looks, %':>23}")
    print(f"{'reference (every page, each 1 s)':34}{grow_reference:16.2f}{keep_reference:22.3f}")
    for huge in (True, False):
        grow, keep, got, baseline, least = ours(options.dll, huge, options.seconds)
        name = f"ours, {'huge' if huge else 'small'} pages ({got:.0f} MiB huge)"
        print(f"{name:34}{grow:16.2f}{keep:22.3f}{f'{grow_reference / grow:.1f} / {keep_reference / keep:.0f}':>18}{least:23.3f}")
    print(f"the holder itself, holding nothing: {baseline:.0f} MiB resident")


if __name__ == "__main__":
    main()
