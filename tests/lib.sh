# SPDX-License-Identifier: Apache-2.0
# For the shell tests: `. tests/lib.sh`. A test prints "ok - NAME" or "not ok - NAME" with what
# differed, and ends with `finish`. $T is a fresh directory, removed at the end (KEEP=1 keeps it).
set -u
B=$(cd "${B:-build}" && pwd)
ROOT=$(cd "$(dirname "$0")" && git rev-parse --show-toplevel 2>/dev/null || pwd)
T=$(mktemp -d)
FAILED=0
BACKGROUND=""
# Debian's programs before others of the same name: they have the packages that the tests need.
export PATH="/usr/bin:/bin:/usr/sbin:/sbin:$PATH"
export LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@test.example GIT_COMMITTER_NAME=test \
	GIT_COMMITTER_EMAIL=test@test.example GIT_CONFIG_NOSYSTEM=1
unset APNSCTL_CONFIG

cleanup() {
	for pid in $BACKGROUND; do kill "$pid" 2>/dev/null; done
	wait 2>/dev/null
	[ -n "${KEEP:-}" ] && echo "# kept: $T" || rm -rf "$T"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

ok() { echo "ok - $1"; }
not_ok() {
	echo "not ok - $1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$*" | sed 's/^/#   /'
	FAILED=$((FAILED + 1))
}
# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got:    $2
wanted: $3"; fi
}
# contains NAME TEXT PART
contains() {
	case $2 in
	*"$3"*) ok "$1" ;;
	*) not_ok "$1" "in:      $2
missing: $3" ;;
	esac
}
# lacks NAME TEXT PART
lacks() {
	case $2 in
	*"$3"*) not_ok "$1" "in:     $2
has:    $3" ;;
	*) ok "$1" ;;
	esac
}
# same NAME GOT-FILE GOLDEN-FILE   (GOLDEN=write writes the golden file instead)
same() {
	if [ "${GOLDEN:-}" = write ]; then
		mkdir -p "$(dirname "$3")"
		cp "$2" "$3"
		ok "$1 (written)"
	elif d=$(diff -u "$3" "$2"); then ok "$1"; else not_ok "$1" "$d"; fi
}
# exits NAME STATUS COMMAND… : output goes to $T/out and $T/err
exits() {
	name=$1
	want=$2
	shift 2
	"$@" >"$T/out" 2>"$T/err"
	got=$?
	if [ "$got" = "$want" ]; then ok "$name"; else not_ok "$name" "exit $got, wanted $want: $*
$(tail -n 20 "$T/err")"; fi
}
# A free TCP port on loopback.
free_port() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }
# until_true SECONDS COMMAND… : polls until the command succeeds.
until_true() {
	n=$(($1 * 20))
	shift
	while [ $n -gt 0 ]; do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.05
		n=$((n - 1))
	done
	return 1
}
finish() { exit $((FAILED > 0)); }
