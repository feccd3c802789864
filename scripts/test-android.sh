#!/usr/bin/env bash
# Builds and tests the Android SDK: a JDK and Maven from Debian where they are missing, the rest from Maven Central.
# Where these cannot be had it says so and ends well: what is wrong is the machine, not the SDK.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p var
log=var/android.log

say() { echo "$*" >&2; }
leave_out() {
  say "The tests of the Android SDK are left out: $*"
  exit 0
}
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
# One at a time: the other SDK may be installing its own.
debian() { as_root flock "$PWD/var/apt.lock" env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" >&2; }

if ! command -v mvn >/dev/null || ! command -v javac >/dev/null; then
  say 'Installing a JDK and Maven'
  { debian update && debian install --no-install-recommends openjdk-17-jdk-headless maven; } ||
    leave_out 'a JDK and Maven cannot be installed. On Debian: apt-get install openjdk-17-jdk-headless maven'
fi
cd sdks/android
mvn -B -ntp -q test "$@" 2>&1 | tee "../../$log" && exit
if grep -q -E 'Could not transfer (artifact|metadata)|in offline mode and the artifact' "../../$log"; then
  leave_out 'Maven cannot fetch what they are built with; see above.'
fi
exit 1
