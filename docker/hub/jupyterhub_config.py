"""The hub of a class. What a teacher may want to change is in the environment: see compose.yaml."""

import os
import pathlib
import sys

sys.path.insert(0, "/srv/hub")

from accounts import FromFile  # noqa: E402
from settings import setting  # noqa: E402
from students import Student  # noqa: E402

c = get_config()  # noqa: F821: JupyterHub runs this file

c.JupyterHub.authenticator_class = FromFile
c.Authenticator.allow_all = True  # whom the file has
c.Authenticator.auth_refresh_age = 60

# Where students go in. The proxy is another container: it and the students' servers go on
# while the hub starts anew.
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = "http://proxy:8001"
c.ConfigurableHTTPProxy.auth_token = pathlib.Path("/data/proxy-token").read_text()
c.JupyterHub.cleanup_servers = False
c.JupyterHub.hub_ip = "0.0.0.0"
c.JupyterHub.hub_connect_ip = "hub"
c.JupyterHub.db_url = "sqlite:////data/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = "/data/cookie-secret"

c.JupyterHub.spawner_class = Student
c.Student.image = os.environ["NNLAB_IMAGE"]
c.Student.pull_policy = "never"
c.Student.cmd = ["jupyterhub-singleuser"]
c.Student.default_url = "/lab"
c.Student.network_name = os.environ["NNLAB_NETWORK"]
c.Student.prefix = os.environ["NNLAB_PREFIX"]
c.Student.name_template = "{prefix}{username}"
c.Student.remove = True  # the work is in its volume
c.Student.poll_interval = 10
c.Student.http_timeout = 300  # where thirty start at once on two cores
c.Student.start_timeout = 600
c.JupyterHub.concurrent_spawn_limit = 0  # beyond a limit the hub sends students away, and does not have them wait

# What a student may take.
c.Student.mem_limit = setting("NNLAB_MEMORY")
c.Student.cpu_limit = setting("NNLAB_CPU")
c.Student.disk = setting("NNLAB_DISK")
c.Student.course = os.environ.get("NNLAB_COURSE", "")
c.Student.data = os.environ.get("NNLAB_DATA", "")
c.Student.extra_host_config = {
    "pids_limit": setting("NNLAB_PIDS"),
    "memswap_limit": c.Student.mem_limit,  # and no swap beside
    "read_only": True,
    "tmpfs": {"/tmp": "exec,mode=1777,size=512m"},  # cells are programs, and run there
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
}
# In so many processors as a student has, not as the machine has.
c.Student.environment = {"GOMAXPROCS": str(max(1, round(c.Student.cpu_limit)))}

# Of who uses nothing the server ends. Activity is told so often that who works is never taken
# for idle: by his server, which knows of cells that run without a browser, and by the proxy.
idle = setting("NNLAB_IDLE")
told = max(1, min(300, idle // 4))
c.Student.environment["JUPYTERHUB_ACTIVITY_INTERVAL"] = str(told)
c.JupyterHub.last_activity_interval = told
c.JupyterHub.activity_resolution = min(30, told)

if idle:
    c.JupyterHub.services = [{
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={idle}"],
    }]
    c.JupyterHub.load_roles = [{
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }]
