#!/bin/sh
# Resolve the dependencies of pyproject.toml anew and write them down with hashes (needs `uv`).
set -eu
cd "$(dirname "$0")/.."
lock() {
  uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
    "$@" pyproject.toml
}
lock --group build -o requirements/server.txt
lock --group dev -o requirements/dev.txt
