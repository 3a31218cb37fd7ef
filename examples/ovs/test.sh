#!/usr/bin/env bash
# Runs the tests that the patch adds to Open vSwitch's own test suite, and those of its tests that the patch extends.
#
#   examples/ovs/test.sh [--install] [KEYWORD...]
#
#   --install   installs the Debian packages that are missing (needs root)
#   KEYWORD     runs the tests with these keywords instead of those with tcp_shift
#
# Builds first what is not built yet. The last line says how many tests passed and failed; the exit code is 0 only when some
# passed and none failed. What the tests leave behind is removed, and only programs that they started are ended.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
install=()
keywords=()

die() { echo "test.sh: $*" >&2; exit 1; }

while [ $# -gt 0 ]; do
  case $1 in
    --install) install=(--install); shift ;;
    -h | --help) sed -n '2,/^set /{s/^# \{0,1\}//;/^set /d;p}' "${BASH_SOURCE[0]}"; exit 0 ;;
    -*) die "unknown argument $1 (see --help)" ;;
    *) keywords+=("$1"); shift ;;
  esac
done
[ ${#keywords[@]} -gt 0 ] || keywords=(tcp_shift)

build=$("$here/build.sh" ${install[@]+"${install[@]}"})
suite=$build/tests/testsuite.dir

# The suite asks the kernel what it can do, with devices that it makes: in a network of its own, where there may be one.
own_network=(bash -c 'ip link set lo up 2>/dev/null; exec "$@"' --)
if unshare --net true 2>/dev/null; then
  isolated=(unshare --net "${own_network[@]}")
elif unshare --map-root-user --net true 2>/dev/null; then
  isolated=(unshare --map-root-user --net "${own_network[@]}")
else
  isolated=()
fi

# The suite works inside the build: one run at a time.
exec 9>"$build/.testing"
flock 9
log=$(mktemp)
trap 'rm -rf "$suite" "$build/tests/testsuite.log" "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
flags=
for keyword in "${keywords[@]}"; do flags+=" -k $keyword"; done
status=0
${isolated[@]+"${isolated[@]}"} make -C "$build" check TESTSUITEFLAGS="$flags" >"$log" 2>&1 9>&- || status=$?

# Lines of the suite: number, name, and how it ended.
results=$(grep -E '^ *[0-9]+: ' "$log" || true)
count() { grep -cE " $1" <<<"$results" || true; }
passed=$(count 'ok *$')
skipped=$(count 'skipped ')
failed=$(count '(FAILED|UNEXPECTED PASS)')
[ -z "$results" ] || echo "$results"
if [ "$failed" -gt 0 ] || [ "$status" -ne 0 ]; then
  # What the suite kept of each test that failed, from the first thing that was not as expected.
  for kept in "$suite"/[0-9]*/testsuite.log; do
    [ ! -e "$kept" ] || sed -n '/^--- /,$p' "$kept" | head -n 60
  done
  [ -n "$results" ] || tail -n 40 "$log"
  [ "$failed" -gt 0 ] || failed=1
fi
others=
[ "$skipped" -eq 0 ] || others=", $skipped skipped"
echo "$passed passed, $failed failed$others"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
