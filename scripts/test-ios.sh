#!/usr/bin/env bash
# Builds and tests the part of the iOS SDK that is plain Swift, on Linux. Debian 12 has no Swift: the one of
# Debian 13 is installed in a folder of its own, which is entered with chroot.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
place=${OPENBOOK_SWIFT:-$root/var/swift}
packages=swiftlang,swiftlang-dev,libc6-dev,libstdc++-14-dev,zlib1g-dev,git,ca-certificates

say() { echo "$*" >&2; }
leave_out() {
  say "The tests of the iOS SDK are left out: $*"
  exit 0
}

[ "$(uname -s)" = Linux ] || leave_out 'this is no Linux; open sdks/ios in Xcode and run them there.'
[ "$(id -u)" = 0 ] || leave_out 'installing Swift in a folder of its own needs root (debootstrap, chroot).'

# The mirror that this machine itself takes its packages from.
mirror() {
  { find /etc/apt -maxdepth 2 -path '*sources.list*' -type f -exec cat {} + || true; } |
    awk '/^deb / { for (at = 2; at <= NF; at++) if ($at ~ /^https?:/) print $at }
         /^URIs:/ { print $2 }' | grep -E '/debian/?$' | sed -n 1p
}

mkdir -p var
# One at a time: the other SDK may be installing its own.
debian() { flock var/apt.lock env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" >&2; }

if ! command -v debootstrap >/dev/null; then
  debian update || true
  debian install --no-install-recommends debootstrap || leave_out 'debootstrap cannot be installed.'
fi

if [ ! -e "$place/.ready" ]; then
  address=$(mirror)
  [ -n "$address" ] || leave_out 'apt names no mirror of Debian here.'
  say 'Installing Swift from Debian 13 (about two minutes, once)'
  rm -rf "$place"
  mkdir -p "$place"
  if ! debootstrap --variant=minbase --include="$packages" trixie "$place" "$address" >"$place.log" 2>&1; then
    tail -5 "$place.log" >&2
    leave_out "debootstrap did not succeed; what it said is in $place.log."
  fi
  touch "$place/.ready"
fi

bound=()
release() {
  for folder in "${bound[@]}"; do umount -l "$folder"; done
}
trap release EXIT
bind() {
  mkdir -p "$place$2"
  mount --rbind "$1" "$place$2"
  mount --make-rslave "$place$2"
  bound=("$place$2" "${bound[@]}")
}
bind /proc /proc
bind /dev /dev
# The sources and the vectors, and a folder for what is built.
bind "$root/sdks/ios" /openbook/sdks/ios
bind "$root/spec" /openbook/spec
mkdir -p "$place/build"

# The server that the tests talk to: this one, on a free port, with data of its own.
data=$(mktemp -d)
export OPENBOOK_DATA=$data/data
port=$(.venv/bin/python -c \
  'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
.venv/bin/openbook serve --port "$port" 2>"$data/log" &
server=$!
end() {
  kill "$server" 2>/dev/null && wait "$server" || true
  rm -rf "$data"
  release
}
trap end EXIT
OPENBOOK_URL=http://127.0.0.1:$port
for _ in $(seq 600); do
  .venv/bin/python -c "import urllib.request as r; r.urlopen('$OPENBOOK_URL/health/ready', timeout=1)" 2>/dev/null && break
  kill -0 "$server" 2>/dev/null || { cat "$data/log" >&2; exit 1; }
  sleep 0.2
done
field() { .venv/bin/python -c "import json, sys; print(json.load(sys.stdin)['$1'])"; }
OPENBOOK_WRITE_KEY=$(.venv/bin/openbook workspace show --json | field write_key)
OPENBOOK_TOKEN=$(.venv/bin/openbook token create --name tests --scope contacts:read --json | field token)

chroot "$place" /usr/bin/env -i HOME=/root PATH=/usr/bin:/bin LANG=C.UTF-8 \
  OPENBOOK_URL="$OPENBOOK_URL" OPENBOOK_WRITE_KEY="$OPENBOOK_WRITE_KEY" OPENBOOK_TOKEN="$OPENBOOK_TOKEN" \
  swift test --package-path /openbook/sdks/ios --scratch-path /build "$@"
