"""JupyterLab in the classroom's image. The token is on: one that the server draws and logs,
or the one in JUPYTER_TOKEN; under a JupyterHub, the hub's."""

c = get_config()  # noqa: F821: Jupyter runs this file

c.ServerApp.ip = "0.0.0.0"  # of the container, whose ports Docker publishes or not
c.ServerApp.port = 8888
c.ServerApp.port_retries = 0
c.ServerApp.open_browser = False
c.ServerApp.root_dir = "/trabalho"
c.FileContentsManager.delete_to_trash = False  # a volume has no room for it
c.KernelSpecManager.allowed_kernelspecs = {"nnlab"}
c.MultiKernelManager.default_kernel_name = "nnlab"
