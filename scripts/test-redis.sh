#!/usr/bin/env bash
# Runs what keeps sessions and what carries hints against a real Redis: the one of the machine, or Debian's package where we may install it. It is
# never left out silently: a machine that can have none fails here.
set -euo pipefail
cd "$(dirname "$0")/.."
# The Node that npm brought, whatever the machine has.
export PATH="$PWD/node_modules/.bin:$PATH"

if ! command -v redis-server >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y -qq redis-server >/dev/null 2>&1 || { apt-get update -qq >/dev/null && apt-get install -y -qq redis-server >/dev/null; } || true
fi
if ! command -v redis-server >/dev/null; then
  echo "test-redis: no redis-server found; install Debian's package of that name" >&2
  exit 1
fi

dir=$(mktemp -d)
port=$((20000 + RANDOM % 20000))
redis-server --port "$port" --bind 127.0.0.1 --dir "$dir" --save '' --appendonly no >"$dir/log" 2>&1 &
server=$!
stop() {
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  rm -rf "$dir"
}
trap stop EXIT
for _ in $(seq 100); do
  redis-cli -p "$port" ping >/dev/null 2>&1 && break
  sleep 0.1
done

TEST_REDIS_URL="redis://127.0.0.1:$port" vitest run sync-server/auth sync-server/live/redis-bus.test.ts
