"""An nginx on loopback for the scripts of this directory: one short answer to every request."""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

CONFIG = """
worker_processes {workers};
worker_rlimit_nofile 20000;
daemon off;
pid {dir}/pid;
error_log {dir}/error.log;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=8192;
    location / {{ return 200 "hello, load\\n"; }}
    location = /requests {{ stub_status; }}
  }}
}}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_for(port, process, name):
    """Until something listens on the port; the program ends when the process does not live that long."""
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"{name} did not start; port {port} may be in use")


class Nginx:
    def __init__(self, workers=1):
        self.workers, self.port = workers, free_port()
        self.url = f"http://127.0.0.1:{self.port}/"

    def __enter__(self):
        if shutil.which("nginx") is None:
            sys.exit("nginx is not installed: apt-get install nginx-light")
        self.dir = tempfile.mkdtemp(prefix="load-bench-")
        config = os.path.join(self.dir, "nginx.conf")
        with open(config, "w") as file:
            file.write(CONFIG.format(dir=self.dir, port=self.port, workers=self.workers))
        self.process = subprocess.Popen(["nginx", "-c", config, "-p", self.dir], stderr=subprocess.DEVNULL)
        wait_for(self.port, self.process, "nginx")
        return self

    def worker(self):
        """Process id of the first worker."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as file:
            return int(file.read().split()[0])

    def requests(self):
        """Requests up to now."""
        with urllib.request.urlopen(f"{self.url}requests", timeout=5) as answer:
            return int(answer.read().split()[9])

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.dir)
