#!/usr/bin/env bash
# The web app: eng/web.sh build | lint | test. Installs its packages first when the lock file changed.
set -euo pipefail
cd "$(dirname "$0")/../web"

stamp=node_modules/.installed
if [ ! -f "$stamp" ] || [ package-lock.json -nt "$stamp" ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch "$stamp"
fi

case ${1:?build, lint or test} in
  build)
    if [ ! -f dist/index.html ] || [ -n "$(find src public index.html vite.config.ts package-lock.json -newer dist/index.html -print -quit)" ]; then
      npm run --silent build
    fi ;;
  lint) npm run --silent lint ;;
  test) npm run --silent test ;;
  *) echo "build, lint or test" >&2; exit 2 ;;
esac
