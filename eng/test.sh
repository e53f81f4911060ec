#!/usr/bin/env bash
# Every test, or with `unit` those of the libraries. Prints one line with the counts at the end; fails when any failed.
set -uo pipefail
cd "$(dirname "$0")/.."
what=${1:-all}
export VARVE_TEST_DATA=${VARVE_TEST_DATA:-$(cd .. && pwd)/shared/data}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
logs=artifacts/test-logs
mkdir -p "$logs"
assembly_seconds=600 exit_seconds=20
passed=0 failed=0 skipped=0 faults=

count() { # passed failed skipped
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

broken() { # name
  echo "FAILED: $1"
  faults+="FAILED: $1"$'\n'
  count 0 1 0
}

# What failed is told again at the very end: often the last lines are all that is kept of a run.
finish() {
  echo
  [ -z "$faults" ] || printf '%s\n' "$faults"
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
  exit
}

# A process that does not end must not hold up the rest for hours. One that gave its summary has told all it had to tell and gets a
# little time to go; one that gave none is stopped after a while and tried again, twice. Both are said.
run_assembly() { # name log
  local pid code try second told
  for try in 1 2 3; do
    dotnet "artifacts/bin/$1/release/$1.dll" -noColor >"$2" 2>&1 &
    pid=$! told=0
    for ((second = 0; second < assembly_seconds && told < exit_seconds; second++)); do
      kill -0 "$pid" 2>/dev/null || break
      grep -qE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+,' "$2" && told=$((told + 1))
      sleep 1
    done
    if ! kill -0 "$pid" 2>/dev/null; then
      wait "$pid"
      return
    fi
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null
    echo "WARNING: the process of $1 did not end (try $try); its log is $2"
    if [ "$told" -gt 0 ]; then
      grep -qE 'Total: [0-9]+, Errors: 0, Failed: 0,' "$2"
      return
    fi
    cp "$2" "$2.hung-$try"
  done
  return 1
}

dotnet_tests() {
  echo "== build"
  dotnet build Varve.slnx --configuration Release --nologo --verbosity quiet || { broken "the build"; finish; }
  local projects
  projects=$(ls -d tests/*.Tests)
  [ "$what" = unit ] && projects=$(echo "$projects" | grep -v EndToEnd)
  for project in $projects; do
    local name log
    name=$(basename "$project")
    log=$logs/$name.log
    echo "== $name"
    run_assembly "$name" "$log"
    local code=$?
    # xUnit's last line: Total: 12, Errors: 0, Failed: 1, Skipped: 0, Not Run: 0, Time: 1.2s
    local summary
    summary=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -1)
    if [ -z "$summary" ]; then
      tail -40 "$log"
      broken "$name gave no summary (exit code $code)"
      continue
    fi
    local total errors bad left
    read -r total errors bad left < <(echo "$summary" | sed -E 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/')
    count $((total - bad - left)) $((bad + errors)) "$left"
    echo "$summary" | sed -E 's/^ *//'
    grep -E '\[SKIP\]|SKIP' "$log" | sort | uniq -c | head -5
    if [ "$code" != 0 ]; then
      grep -vE '^ *$' "$log" | tail -80
      faults+=$(grep -A 14 -E '\[FAIL\]' "$log" | cut -c 1-300 | head -60)$'\n'
      [ $((bad + errors)) -gt 0 ] || broken "$name ended with exit code $code"
    fi
  done
}

web_tests() {
  echo "== web: lint, unit tests, build"
  eng/web.sh lint >"$logs/web-lint.log" 2>&1 || { cat "$logs/web-lint.log"; broken "web lint"; }
  eng/web.sh test >"$logs/web-test.log" 2>&1 || { tail -60 "$logs/web-test.log"; broken "web unit tests"; }
  local ok
  ok=$(sed 's/\x1b\[[0-9;]*m//g' "$logs/web-test.log" | grep -E '^ *Tests ' | grep -oE '[0-9]+ passed' | grep -oE '[0-9]+')
  count "${ok:-0}" 0 0
  echo "${ok:-0} passed"
  eng/web.sh build >"$logs/web-build.log" 2>&1 || { cat "$logs/web-build.log"; broken "the web build"; }
}

browser_tests() {
  echo "== browser"
  local folder port server
  folder=$(mktemp -d)
  port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
  VARVE_WEB=$PWD/web/dist dotnet artifacts/bin/Varve.Cli/release/varve.dll demo --data "$folder" --rows 60000 --urls "http://127.0.0.1:$port" >"$logs/browser-server.log" 2>&1 &
  server=$!
  for _ in $(seq 240); do
    grep -q 'Varve is ready' "$logs/browser-server.log" && break
    kill -0 $server 2>/dev/null || break
    sleep 0.5
  done
  (cd web && node e2e/run.mjs --base-url "http://127.0.0.1:$port") >"$logs/browser.log" 2>&1
  local code=$?
  kill $server 2>/dev/null
  wait $server 2>/dev/null
  rm -rf "$folder"
  cat "$logs/browser.log"
  local summary
  summary=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$logs/browser.log" | tail -1)
  if [ -z "$summary" ]; then
    tail -30 "$logs/browser-server.log"
    broken "the browser tests gave no summary (exit code $code)"
  else
    faults+=$(grep -A 6 -E '^FAIL' "$logs/browser.log" | cut -c 1-300 | head -40)
    count "$(echo "$summary" | sed -E 's/^([0-9]+) passed.*/\1/')" "$(echo "$summary" | sed -E 's/.* ([0-9]+) failed.*/\1/')" 0
  fi
}

if [ "$what" = unit ]; then
  dotnet_tests
  finish
fi
eng/setup.sh || { broken "set-up"; finish; }
web_tests
dotnet_tests
browser_tests
finish
