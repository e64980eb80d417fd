# An image in which all is set up: JupyterLab on Part 1, with the Rust kernel built. README.md, "In a click", says how it is used.

# A machine with Rust and Python 3, and a user without the rights of root.
FROM rust:1.95-slim-bookworm
# Debian's own versions do: whatever the results depend on is pinned in Cargo.lock and notebooks/requirements.txt.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
# Binder chooses the user's name and number.
ARG NB_USER=learner
ARG NB_UID=1000
RUN useradd --create-home --no-log-init --shell /bin/bash --uid "${NB_UID}" "${NB_USER}"
ENV USER=${NB_USER} HOME=/home/${NB_USER}
WORKDIR /home/${NB_USER}/demystified
RUN chown "${NB_UID}" .
COPY --chown=${NB_UID} . .
USER ${NB_USER}

# What README.md says to type.
RUN cargo run -- setup
# For Binder and JupyterHub, which start JupyterLab themselves.
ENV PATH=${HOME}/demystified/.venv/bin:${PATH}
EXPOSE 8888
CMD ["cargo", "run", "--", "--ip=0.0.0.0", "--no-browser"]
