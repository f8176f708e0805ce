"""nginx as a peer: the same bytes from a file, the same number of workers."""

from support.process import Process, answers, free_port, wait_for

CONFIGURATION = """
daemon off;
worker_processes {workers};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  {tuning}
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  keepalive_requests 1000000000;
  default_type application/ocsp-response;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} reuseport backlog=4096;
    root {folder}/files;
    add_header Cache-Control "max-age=3600, public, no-transform, must-revalidate";
  }}
}}
"""


# As fast as it goes, and as Debian's package sets it up: with a line in the log for each request, and
# the file opened anew.
TUNED = "access_log off; open_file_cache max=100 inactive=1h;"
AS_PACKAGED = "access_log {folder}/access.log;"


class Nginx:
    def __init__(self, folder, workers, tuning=TUNED):
        self.folder = folder
        self.workers = workers
        self.tuning = tuning.format(folder=folder)
        self.port = free_port()

    def __enter__(self):
        (self.folder / "files").mkdir(parents=True)
        # The workers run as another user.
        for each in (self.folder, *self.folder.parents):
            if each.stat().st_mode & 0o005 != 0o005:
                each.chmod(each.stat().st_mode | 0o005)
            if each == self.folder.parent:
                break
        configuration = self.folder / "nginx.conf"
        configuration.write_text(
            CONFIGURATION.format(folder=self.folder, workers=self.workers, port=self.port, tuning=self.tuning)
        )
        self.process = Process(["/usr/sbin/nginx", "-c", configuration], self.folder / "nginx.log")
        wait_for(lambda: answers(self.port), says=f"nginx's port ({self.folder}/nginx.log)")
        return self

    def __exit__(self, *_):
        self.process.stop()

    @property
    def pid(self):
        return self.process.pid

    def serve(self, name, content):
        (self.folder / "files" / name).write_bytes(content)
        return f"http://127.0.0.1:{self.port}/{name}"
