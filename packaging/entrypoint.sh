#!/bin/sh
# Makes a config with an API key at the first start and prints the key once; then runs oktsec. Inside a container it must listen
# on every address, and beyond loopback a key is required.
set -eu
config=${OKTSEC_CONFIG:-/data/oktsec.yaml}
if [ ! -e "$config" ]; then
  umask 077
  key=$(od -An -tx1 -N24 /dev/urandom | tr -d ' \n')
  mkdir -p /data/keys
  printf '%s' "$key" > /data/api_key
  cat > "$config" <<YAML
version: "1"
mode: observe
db_path: /data/oktsec.db
server:
  bind: 0.0.0.0
  api_key: file:/data/api_key
identity:
  keys_dir: /data/keys
YAML
  echo "oktsec: a config was made in $config; the API key, shown once: $key" >&2
fi
if [ "${1:-serve}" = serve ]; then
  [ $# -gt 0 ] && shift
  exec /usr/bin/oktsec serve --config "$config" "$@"
fi
exec /usr/bin/oktsec "$@"
