#!/usr/bin/env bash
# Measures what the actions cost: processor time of ovs-vswitchd per packet, for flows that shift and for flows that only output.
#
# Much of it is waking up for packets and handing them to and from the kernel, which costs more when packets come one by one, and
# so depends on what else the machine does. The least of several rounds is the least disturbed; the median says how noisy it was.
#
#   sudo examples/ovs/measure.sh [--packets N] [--rounds N]
#
#   --packets N   how many packets each measurement sends; 100000 unless told otherwise
#   --rounds N    how often everything is measured, in turn; 9 unless told otherwise
#
# Needs Linux, root, iproute2, ethtool, python3 and /dev/net/tun. Works in two network namespaces of its own, with a patched
# ovs-vswitchd (built first when it is not there) and its data path in user space, and removes them whatever happens. It ends
# only programs that it started.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
packets=100000
rounds=9

die() { echo "measure.sh: $*" >&2; exit 1; }

while [ $# -gt 0 ]; do
  case $1 in
    --packets) [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || die "--packets needs a number"; packets=$2; shift 2 ;;
    --rounds) [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || die "--rounds needs a number"; rounds=$2; shift 2 ;;
    -h | --help) sed -n '2,/^set /{s/^# \{0,1\}//;/^set /d;p}' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) die "unknown argument $1 (see --help)" ;;
  esac
done
[ "$(id -u)" = 0 ] || die "needs root, for network namespaces"
[ -c /dev/net/tun ] || die "there is no /dev/net/tun"
for tool in ip ethtool python3; do
  command -v "$tool" >/dev/null || die "$tool is not installed"
done
build=$("$here/build.sh")

work=$(mktemp -d)
switch=tcpshift-switch-$$
hosts=tcpshift-hosts-$$
namespaces=()
pids=()

cleanup() {
  local status=$?
  trap '' INT TERM
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  for namespace in "${namespaces[@]}"; do ip netns delete "$namespace" 2>/dev/null || true; done
  rm -rf "$work"
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Waits until a file is there.
await() {
  for _ in $(seq 200); do
    [ ! -e "$1" ] || return 0
    sleep 0.05
  done
  die "$2 did not start"
}

export OVS_RUNDIR=$work
for namespace in "$switch" "$hosts"; do
  ip netns add "$namespace"
  namespaces+=("$namespace")
done
for port in 1 2; do
  ip -n "$switch" link add "p$port" type veth peer name "h$port" netns "$hosts"
  ip -n "$switch" link set "p$port" up
  ip -n "$hosts" link set "h$port" up
  # Checksums in the packets themselves, and packets no larger than they are sent.
  ip netns exec "$switch" ethtool -K "p$port" tx off rx off gso off gro off tso off >/dev/null
  ip netns exec "$hosts" ethtool -K "h$port" tx off rx off gso off gro off tso off >/dev/null
done

"$build/ovsdb/ovsdb-tool" create "$work/conf.db" "$build/vswitchd/vswitch.ovsschema"
"$build/ovsdb/ovsdb-server" "$work/conf.db" --remote="punix:$work/db.sock" --unixctl="$work/db.ctl" \
  -vconsole:off -vsyslog:off &
pids+=($!)
await "$work/db.sock" ovsdb-server
vsctl() { "$build/utilities/ovs-vsctl" --db="unix:$work/db.sock" --timeout=20 "$@"; }
vsctl --no-wait init
ip netns exec "$switch" "$build/vswitchd/ovs-vswitchd" "unix:$work/db.sock" --disable-system \
  --unixctl="$work/vswitchd.ctl" -vconsole:off -vsyslog:off &
vswitchd=$!
pids+=("$vswitchd")
await "$work/vswitchd.ctl" ovs-vswitchd
vsctl add-br br0 -- set bridge br0 datapath_type=netdev fail-mode=secure protocols=OpenFlow13 \
  -- add-port br0 p1 -- set interface p1 ofport_request=1 -- add-port br0 p2 -- set interface p2 ofport_request=2
await "$work/br0.mgmt" "the bridge"
ofctl() { "$build/utilities/ovs-ofctl" -O OpenFlow13 "$@"; }
appctl() { "$build/utilities/ovs-appctl" -t "$work/vswitchd.ctl" "$@"; }

# Clock ticks that ovs-vswitchd has used, all its threads together, in user and in kernel mode.
ticks() { sed 's/.*) //' "/proc/$vswitchd/stat" | awk '{ print $12 + $13 }'; }
# Packets that left by port 2.
delivered() { ip -n "$hosts" -j -s link show dev h2 | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["stats64"]["rx"]["packets"])'; }
hertz=$(getconf CLK_TCK)

# Flows of one or ten tables, the last of which has the actions.
flows() {
  local tables=$1 actions=$2 table
  for ((table = 0; table < tables - 1; table++)); do echo "table=$table,tcp,actions=goto_table:$((table + 1))"; done
  echo "table=$((tables - 1)),tcp,actions=$actions"
}

# Sends, and writes the nanoseconds of ovs-vswitchd for each packet that came out to a file of that name.
measure() {
  local name=$1 count=$2 before_ticks before after
  appctl revalidator/purge
  ip netns exec "$hosts" python3 "$here/blast.py" h1 100
  sleep 0.3
  before=$(delivered)
  before_ticks=$(ticks)
  ip netns exec "$hosts" python3 "$here/blast.py" h1 "$count"
  sleep 0.3
  after=$(delivered)
  [ "$after" -gt "$before" ] || die "no packet came out: $name"
  echo "$((($(ticks) - before_ticks) * 1000000000 / hertz / (after - before)))" >>"$work/$name"
}

shift_actions=inc_tcp_seq:5,dec_tcp_ack:7,output:2
for ((round = 1; round <= rounds; round++)); do
  echo "round $round of $rounds" >&2
  for tables in 1 10; do
    for kind in plain shift; do
      actions=output:2
      [ $kind = plain ] || actions=$shift_actions
      ofctl del-flows br0
      flows $tables $actions | ofctl add-flows br0 -
      measure "$kind-$tables" "$packets"
    done
  done
  # The same flows for a data path that has not the action.
  appctl dpif/set-dp-features br0 tcp_shift false >/dev/null
  measure slow-10 $((packets / 10))
  appctl dpif/set-dp-features br0 tcp_shift true >/dev/null
done

least() { sort -n "$work/$1" | head -n 1; }
median() { sort -n "$work/$1" | sed -n "$((rounds / 2 + 1))p"; }
# A line: what it is, and how the second kind of flow compares with the first.
compare() {
  local which
  for which in least median; do
    awk -v name="$1, $which" -v plain="$($which "$2")" -v shifted="$($which "$3")" \
      'BEGIN { printf "%-52s %8d %8d %7.2f\n", name, plain, shifted, shifted / plain }'
  done
}
printf '%-52s %8s %8s %7s\n' "ns per packet, of $rounds rounds" output shift ratio
compare "one table" plain-1 shift-1
compare "ten tables" plain-10 shift-10
compare "ten tables, data path without the action" plain-10 slow-10
