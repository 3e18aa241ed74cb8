#!/bin/sh
# Puts the program of this folder under a prefix (default /usr/local), with man pages and completions.
#   ./install.sh [PREFIX]        ./install.sh --remove [PREFIX]
# --remove refuses while clients of this user (with sudo: of who called it) still start their servers through oktsec;
# 'oktsec uninstall' takes it out of them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
remove=no
if [ "${1:-}" = --remove ]; then remove=yes; shift; fi
prefix=${1:-/usr/local}
case $prefix in
  -*) sed -n '2,5s/^# *//p' "$0"; [ "$prefix" = --help ] || exit 2; exit 0 ;;
esac

if [ "$remove" = yes ]; then
  caller=
  [ -z "${SUDO_USER:-}" ] || caller=$(getent passwd "$SUDO_USER" 2>/dev/null | cut -d: -f6)
  for home in "${HOME:-}" "$caller"; do
    if [ -n "$home" ] && grep -qs '"server":' "$home/.local/state/oktsec/wraps.json"; then
      echo "clients still start their servers through oktsec: run 'oktsec uninstall' first" >&2
      exit 1
    fi
  done
  (cd "$here" && find bin libexec share lib -type f) | while read -r file; do rm -f "$prefix/$file"; done
  (cd "$here" && find libexec share -depth -type d -path '*/oktsec*') | while read -r own; do
    rmdir "$prefix/$own" 2>/dev/null || true
  done
  echo "removed from $prefix; configs, keys and records stay where they are"
  exit 0
fi

mkdir -p "$prefix"
prefix=$(cd "$prefix" && pwd)
(cd "$here" && find libexec bin share lib -type f) | while read -r file; do
  mkdir -p "$prefix/$(dirname "$file")"
  # Beside the old file, then over it: a relay that runs keeps the program it started with.
  cp -p "$here/$file" "$prefix/$file.new"
  mv -f "$prefix/$file.new" "$prefix/$file"
done
# The service starts the program of this prefix.
sed -i.new "s#^ExecStart=[^ ]*#ExecStart=$prefix/bin/oktsec#" "$prefix/lib/systemd/user/oktsec.service" 2>/dev/null &&
  rm -f "$prefix/lib/systemd/user/oktsec.service.new"
if ! "$prefix/bin/oktsec" version; then
  echo "the program does not start here; it needs libsqlite3, libsodium, libyaml, zlib and libstdc++:" >&2
  ldd "$prefix/bin/oktsec" 2>/dev/null | grep 'not found' >&2 || true
  exit 1
fi
