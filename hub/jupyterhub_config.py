"""JupyterHub for a class on one machine: each user of the system gets a server, with notebooks and kernels of their own. See docs/class.md.

    .venv/bin/jupyterhub --config hub/jupyterhub_config.py

is started by root, who owns the checkout, with the PATH, CARGO_HOME and RUSTUP_HOME that the set-up was made with.
"""

import os
import pwd
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
# Each process of a user: a kernel has reserved 2.5 GB, and uses an eighth of them. A cell that asks for more ends alone.
ADDRESS_SPACE = 6_000_000_000

# What the hub and its users' servers write, such as the hub's database in the folder where it is started, is closed to the others.
os.umask(0o077)

c = get_config()  # noqa: F821: JupyterHub provides it
# To the outside, through a web server with HTTPS.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.Authenticator.allow_all = True

c.Spawner.cmd = ["prlimit", f"--as={ADDRESS_SPACE}", "--core=0", "--", str(CHECKOUT / "target" / "debug" / "demystified"), "hub"]
# Memory for one more user is worth more than a kernel that waits.
c.Spawner.args = ["--SpareKernelManager.spare_kernels=0"]
# Rust is installed once, for all.
c.Spawner.env_keep.extend(["CARGO_HOME", "RUSTUP_HOME"])
c.Spawner.http_timeout = c.Spawner.start_timeout = 120


def give_a_folder(spawner):
    """The checkout is root's, so that nobody can put a file where others load from. In it, each user's folder is closed to the others."""
    user = pwd.getpwnam(spawner.user.name)
    folder = CHECKOUT / f"my-notebooks-{spawner.user.name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chown(folder, user.pw_uid, user.pw_gid)


c.Spawner.pre_spawn_hook = give_a_folder
