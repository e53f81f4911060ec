#!/usr/bin/env bash
# A real S3 server for tests: Ceph's object gateway over one monitor and one store in memory, on this machine only.
#   eng/ceph.sh up DIR [PORT] [OWNER]   start in DIR, print the endpoint; without a PORT one is chosen.
#                                       When the process OWNER ends, the server is stopped.
#   eng/ceph.sh down DIR                stop what was started in DIR
# The keys are varve / varvesecret. It holds no bucket. Needs Debian's ceph-mon, ceph-osd and radosgw.
set -euo pipefail

usage() {
  grep '^#  ' "$0" >&2
  exit 2
}

free_ports() { # how many
  node -e '
    const held = Array.from({ length: Number(process.argv[1]) }, () => require("net").createServer().listen(0, "127.0.0.1"));
    Promise.all(held.map((s) => new Promise((ready) => s.on("listening", ready)))).then(() => {
      console.log(held.map((s) => s.address().port).join(" "));
      held.forEach((s) => s.close());
    });
  ' "$1"
}

down() { # folder; ends only what this folder's pid files name
  local file pid
  for file in "$1"/run/{rgw,osd.0,mon.a}.pid; do
    [ -s "$file" ] || continue
    # Who watches the owner may be at it too.
    pid=$(cat "$file" 2>/dev/null) || continue
    # A pid may have been given to another process since: its command line has to name this folder.
    if tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$1/ceph.conf"; then
      kill "$pid" 2>/dev/null || true
      for _ in $(seq 50); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
      done
      kill -KILL "$pid" 2>/dev/null || true
    fi
    rm -f "$file"
  done
}

up() { # folder port owner
  local dir=$1 port=$2 owner=$3 mon_v2 mon_v1 free fsid osd conf
  free=$(free_ports 3)
  read -r mon_v2 mon_v1 _ <<<"$free"
  [ "$port" != 0 ] || port=${free##* }
  mkdir -p "$dir"/{mon,osd,rgw,log,run}
  conf=$dir/ceph.conf
  fsid=$(cat /proc/sys/kernel/random/uuid)
  cat >"$conf" <<C
[global]
fsid = $fsid
mon host = [v2:127.0.0.1:$mon_v2,v1:127.0.0.1:$mon_v1]
public network = 127.0.0.0/8
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = true
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
mon allow pool size one = true
mon warn on pool no redundancy = false
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = 4294967296
log file = $dir/log/\$name.log
admin socket = $dir/run/\$name.asok
run dir = $dir/run
mon data = $dir/mon
osd data = $dir/osd
rgw data = $dir/rgw
rgw frontends = beast endpoint=127.0.0.1:$port
keyring = $dir/keyring
[mon.a]
mon initial members = a
C
  {
    ceph-authtool --create-keyring "$dir/keyring" --gen-key -n mon. --cap mon 'allow *'
    ceph-authtool "$dir/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
    ceph-authtool "$dir/keyring" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'
    monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$mon_v2,v1:127.0.0.1:$mon_v1]" "$dir/monmap"
    ceph-mon -c "$conf" -i a --mkfs --monmap "$dir/monmap" --keyring "$dir/keyring"
    ceph-mon -c "$conf" -i a --pid-file "$dir/run/mon.a.pid"
    osd=$(cat /proc/sys/kernel/random/uuid)
    ceph -c "$conf" osd new "$osd" 0
    ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$osd"
    ceph-osd -c "$conf" -i 0 --pid-file "$dir/run/osd.0.pid"
    radosgw -c "$conf" -n client.admin --pid-file "$dir/run/rgw.pid"
    radosgw-admin -c "$conf" user create --uid varve --display-name varve --access-key varve --secret-key varvesecret --max-buckets 0
  } >"$dir/log/up.log" 2>&1 </dev/null || fail "$dir"
  for _ in $(seq 240); do
    if curl -sf -o /dev/null "http://127.0.0.1:$port/"; then
      [ -z "$owner" ] || watch "$dir" "$owner"
      echo "http://127.0.0.1:$port"
      return
    fi
    sleep 0.25
  done
  fail "$dir"
}

watch() { # folder owner
  (
    while kill -0 "$2" 2>/dev/null && [ -s "$1/run/rgw.pid" ]; do sleep 1; done
    down "$1"
  ) >/dev/null 2>&1 </dev/null &
}

fail() { # folder
  echo "Ceph did not start. The last lines of $1/log/up.log:" >&2
  tail -n 20 "$1/log/up.log" >&2
  down "$1"
  exit 1
}

[ $# -ge 2 ] || usage
case $1 in
  up) mkdir -p "$2" && up "$(realpath "$2")" "${3:-0}" "${4:-}" ;;
  down) [ ! -d "$2" ] || down "$(realpath "$2")" ;;
  *) usage ;;
esac
