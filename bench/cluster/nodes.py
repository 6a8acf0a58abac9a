"""Coordinator, workers and target of the scripts of this directory, as processes on loopback."""
import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.join(os.path.dirname(os.path.dirname(HERE)), "src/LoadShaper.Cli")


def publish(directory):
    """The program compiled ahead, as it is shipped."""
    machine = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}[os.uname().machine]
    done = subprocess.run(["dotnet", "publish", PROJECT, "-c", "Release", "-r", machine, "--self-contained", "false", "-p:PublishReadyToRun=true", "-o", directory, "-nologo", "-v", "q"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    return os.path.join(directory, "loadshaper.dll")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Node:
    """`loadshaper ...` with its lines, started by the command `within`; ended when the block ends."""

    started = []
    # The plain build, unless a script sets another one.
    program = os.path.join(PROJECT, "bin/Release/net10.0/loadshaper.dll")

    def __init__(self, *arguments, within=()):
        self.arguments = list(map(str, arguments))
        self.process = subprocess.Popen([*within, "dotnet", "exec", Node.program, *self.arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines, self.waiting = [], queue.Queue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        Node.started.append(self)

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            self.waiting.put(line.rstrip())
        self.waiting.put(None)

    def await_line(self, pattern, seconds=40):
        """The first line not read yet that has the pattern; None when the process ends before or it takes longer."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self.waiting.get(timeout=left)
            except queue.Empty:
                return None
            if line is None:
                self.waiting.put(None)
                return None
            if re.search(pattern, line):
                return line
        return None

    def await_end(self, seconds=60):
        """The exit code; None when it takes longer."""
        try:
            code = self.process.wait(seconds)
            self.reader.join(5)
            return code
        except subprocess.TimeoutExpired:
            return None

    def signal(self, number):
        self.process.send_signal(number)

    def cpu(self):
        """Seconds of CPU time up to now."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cpu_by_thread(self):
        """Seconds of CPU time up to now of the engine's threads, and of all others that live."""
        engine = others = 0
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            try:
                with open(f"/proc/{self.process.pid}/task/{task}/comm") as comm, open(f"/proc/{self.process.pid}/task/{task}/schedstat") as times:
                    used = int(times.read().split()[0]) / 1e9
                    if comm.read().startswith("load-engine"):
                        engine += used
                    else:
                        others += used
            except FileNotFoundError:
                # It ended meanwhile.
                pass
        return engine, others

    def peak(self):
        """MiB of resident memory at most up to now."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmHWM:\s+(\d+)", status.read()).group(1)) / 1024

    def children(self):
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as file:
            own = [int(pid) for pid in file.read().split()]
        # Processes are started by threads of the pool too.
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{task}/children") as file:
                own += [int(pid) for pid in file.read().split() if int(pid) not in own]
        return own

    @staticmethod
    def end_all():
        for node in Node.started:
            if node.process.poll() is None:
                node.process.send_signal(signal.SIGCONT)
                node.process.kill()
            node.process.wait()
        Node.started.clear()


class Target:
    def __init__(self, address="127.0.0.1", within=()):
        self.address, self.within = address, within

    def __enter__(self):
        self.port, self.directory = free_port(), tempfile.TemporaryDirectory(prefix="load-cluster-")
        self.log = os.path.join(self.directory.name, "requests")
        self.process = subprocess.Popen([*self.within, sys.executable, os.path.join(HERE, "server.py"), str(self.port), self.log, self.address], stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()
        self.url = f"http://{self.address}:{self.port}"
        return self

    def __exit__(self, *_):
        Node.end_all()
        self.process.terminate()
        self.process.wait()
        self.directory.cleanup()

    def scenario(self, load, connections=50, warmup="0s"):
        """A scenario whose requests carry their number in the one schedule."""
        path = os.path.join(self.directory.name, "scenario.yaml")
        with open(path, "w") as file:
            file.write(f"name: cluster\ntarget: {self.url}\nload: [{load}]\nwarmup: {warmup}\nconnections: {connections}\n"
                       "steps:\n  - {name: item, get: '/items/${index}', expect: {status: 200}}\n")
        return path

    def requests(self):
        with open(self.log) as file:
            return [line.split()[0] for line in file]

    def arrivals(self):
        """Number in the schedule and nanoseconds of the server's clock of every request."""
        with open(self.log) as file:
            return [(int(path.split("/")[-1]), int(at)) for path, at in map(str.split, file)]

    def out(self, name):
        return os.path.join(self.directory.name, name)

    def summary(self, name):
        with open(os.path.join(self.out(name), "summary.json")) as file:
            return json.load(file)


def shares_behind(arrivals, count, rate):
    """The least delayed request of each worker's share of the schedule, in milliseconds after that of the first share: start skew with the error of the clock offset."""
    least = [min(at / 1e6 - number * 1e3 / rate for number, at in arrivals if number % count == k) for k in range(count)]
    return [value - min(least) for value in least]


def milliseconds(values):
    return ", ".join("-" if value is None else f"{value:.3f}" for value in values)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
