#!/usr/bin/env bash
# Builds and tests the Android SDK: a JDK and Maven from Debian where they are missing, the rest from Maven Central.
set -euo pipefail
cd "$(dirname "$0")/../sdks/android"

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

if ! command -v mvn >/dev/null || ! command -v javac >/dev/null; then
  echo 'Installing a JDK and Maven' >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y update >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends \
    openjdk-17-jdk-headless maven >&2
fi
exec mvn -B -ntp -q test "$@"
