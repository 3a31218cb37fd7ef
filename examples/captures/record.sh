#!/usr/bin/env bash
# Records the captures of this folder: a real TCP connection that moves from one Linux server to another.
#
# Needs: Linux, root, bash, iproute2, ethtool, tcpdump, python3 with scapy (Debian: python3-scapy), and `npm ci` done.
# PYTHON names the interpreter that has scapy; /usr/bin/python3 unless told otherwise.
#
#   sudo examples/captures/record.sh [--out DIR] [SCENARIO...]
#
# Scenarios (all of them when none is named):
#   normalised       the relay takes SACK and timestamps out of the client's SYN, as a controller should
#   normalised-ipv6  the same over IPv6
#   nat              like normalised, but server 2 has an address, MAC and port of its own
#   timestamps       the relay leaves the SYN as it is: the connection negotiates timestamps
#
# It makes four network namespaces with names of its own, joined by veth pairs that no other namespace sees:
#
#   client 10.0.0.3 ──── switch (relay.py) ──┬── origin 10.0.0.1 port 11111
#                                            └── target 10.0.0.1 port 11111, the same address and MAC
#                                                (nat: 10.0.0.2 port 22222)
#
# and removes them whatever happens. It ends only processes that it started.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-/usr/bin/python3}
out=$here
scenarios=()

die() { echo "record.sh: $*" >&2; exit 1; }

while [ $# -gt 0 ]; do
  case $1 in
    --out) [ $# -ge 2 ] || die "--out needs a folder"; out=$2; shift 2 ;;
    -h | --help) sed -n '2,/^set /{s/^# \{0,1\}//;/^set /d;p}' "${BASH_SOURCE[0]}"; exit 0 ;;
    normalised | normalised-ipv6 | nat | timestamps) scenarios+=("$1"); shift ;;
    *) die "unknown argument $1 (see --help)" ;;
  esac
done
[ ${#scenarios[@]} -gt 0 ] || scenarios=(normalised normalised-ipv6 nat timestamps)

[ "$(id -u)" = 0 ] || die "needs root, for network namespaces"
for tool in ip ethtool tcpdump node; do
  command -v "$tool" >/dev/null || die "$tool is not installed"
done
"$python" -c 'import scapy' 2>/dev/null || die "$python has no scapy; set PYTHON"
[ -d "$root/node_modules/tsx" ] || die "run npm ci first"

work=$(mktemp -d)
tag=tcpmig$$
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

# Starts a program and remembers its process id; $started is the last one.
start() {
  "$@" &
  started=$!
  pids+=("$started")
}

# Ends one program of ours and forgets it.
finish() {
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
  forget "$1"
}

forget() {
  local kept=() pid
  for pid in "${pids[@]}"; do [ "$pid" = "$1" ] || kept+=("$pid"); done
  pids=("${kept[@]}")
}

# Waits until a file holds a line, 20 s at most.
await() {
  local file=$1 line=$2 tries=0
  until grep -q -- "$line" "$file" 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 200 ] || die "waited in vain for \"$line\" in $(basename "$file"): $(cat "$file" 2>/dev/null)"
    sleep 0.1
  done
}

make_namespace() {
  ip netns add "$1"
  namespaces+=("$1")
  ip -n "$1" link set lo up
}

# A host with one interface, joined to the switch.
make_host() {
  local name=$1 mac=$2 address=$3 namespace=$tag-$1
  make_namespace "$namespace"
  ip -n "$tag-switch" link add "$name" type veth peer name eth0 netns "$namespace"
  ip netns exec "$namespace" sysctl -qw net.ipv6.conf.eth0.accept_ra=0 net.ipv6.conf.eth0.accept_dad=0 \
    net.ipv6.conf.eth0.router_solicitations=0 net.ipv6.conf.eth0.addr_gen_mode=1
  ip netns exec "$tag-switch" sysctl -qw "net.ipv6.conf.$name.disable_ipv6=1"
  ip -n "$namespace" link set eth0 address "$mac"
  # The segments must be what a wire would show: no large ones, and checksums in place.
  ip netns exec "$namespace" ethtool -K eth0 tx off rx off tso off gso off gro off >/dev/null
  ip netns exec "$tag-switch" ethtool -K "$name" tx off rx off tso off gso off gro off >/dev/null
  ip -n "$tag-switch" link set "$name" up
  ip -n "$namespace" link set eth0 up
  case $address in
    *:*) ip -n "$namespace" address add "$address/64" dev eth0 nodad ;;
    *) ip -n "$namespace" address add "$address/24" dev eth0 ;;
  esac
}

record() {
  local scenario=$1 logs=$work/$1 client=10.0.0.3 name
  local server=10.0.0.1 twin_mac=00:00:00:00:00:01 twin=10.0.0.1 twin_port=11111
  case $scenario in
    normalised-ipv6) client=2001:db8::3 server=2001:db8::1 twin=2001:db8::1 ;;
    nat) twin_mac=00:00:00:00:00:02 twin=10.0.0.2 twin_port=22222 ;;
  esac
  mkdir -p "$logs"
  namespaces=()

  make_namespace "$tag-switch"
  make_host client 00:00:00:00:00:03 "$client"
  make_host origin 00:00:00:00:00:01 "$server"
  make_host target "$twin_mac" "$twin"
  # The client must not learn of server 2: a controller answers its ARP requests for the client, here it needs none.
  ip -n "$tag-target" neighbour replace "$client" lladdr 00:00:00:00:00:03 nud permanent dev eth0

  local dumps=()
  for name in client origin target; do
    start ip netns exec "$tag-switch" tcpdump -i "$name" -s 0 -w "$logs/$name.pcap" -U --immediate-mode -Z root \
      --time-stamp-precision=nano 2>"$logs/tcpdump-$name.log"
    dumps+=("$started")
    await "$logs/tcpdump-$name.log" "listening on"
  done

  start ip netns exec "$tag-switch" "$python" "$here/relay.py" "$scenario" >"$logs/relay.log" 2>&1
  local relay=$started
  await "$logs/relay.log" "relay: ready"
  start ip netns exec "$tag-origin" "$python" "$here/hosts.py" origin "$server" 11111 >"$logs/origin.log" 2>&1
  local origin=$started
  start ip netns exec "$tag-target" "$python" "$here/hosts.py" target "$twin" "$twin_port" >"$logs/target.log" 2>&1
  local target=$started
  await "$logs/origin.log" "listening"
  await "$logs/target.log" "listening"

  start ip netns exec "$tag-client" "$python" "$here/hosts.py" client "$server" 11111 "$client" >"$logs/client.log" 2>&1
  local status=0
  for name in "$started" "$origin" "$target"; do
    wait "$name" || status=$?
    forget "$name"
  done
  sleep 0.3 # the last acknowledgement is still under way
  finish "$relay"
  for name in "${dumps[@]}"; do finish "$name"; done
  for name in "${namespaces[@]}"; do ip netns delete "$name"; done
  namespaces=()

  cat "$logs/relay.log" "$logs/client.log" "$logs/origin.log" "$logs/target.log" >"$logs/hosts.log"
  sed "s/^/  /" "$logs/hosts.log"
  [ $status = 0 ] || die "$scenario: a host failed"
  grep -q "origin: ECONNRESET" "$logs/hosts.log" || die "$scenario: server 1 did not see the reset"
  grep -q "client: complete" "$logs/hosts.log" || die "$scenario: the client did not get everything"
  ! grep -q "Traceback" "$logs/hosts.log" || die "$scenario: the relay failed"

  mkdir -p "$out/$scenario"
  cp "$logs"/{client,origin,target}.pcap "$logs/hosts.log" "$out/$scenario/"
}

for scenario in "${scenarios[@]}"; do
  echo "$scenario"
  record "$scenario"
done
