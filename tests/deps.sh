#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deps.sh "PACKAGE=FLOOR …" PACKAGE… : installs what is missing or older than its floor.
set -eu
floors=$1
shift
want=""
for p in "$@"; do
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || want="$want $p"
done
for f in $floors; do
	have=$(dpkg-query -W -f '${Version}' "${f%%=*}" 2>/dev/null || true)
	if [ -n "$have" ] && dpkg --compare-versions "$have" lt "${f#*=}"; then
		want="$want ${f%%=*}"
	fi
done
[ -n "$want" ] || exit 0
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
if ! command -v apt-get >/dev/null; then
	echo "these packages are missing, and there is no apt-get:$want" >&2
	exit 1
fi
echo "installing:$want"
$sudo apt-get update -qq
# RUNLEVEL=1: no daemon is started by its package.
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends \
	$want >/dev/null
for f in $floors; do
	have=$(dpkg-query -W -f '${Version}' "${f%%=*}")
	if dpkg --compare-versions "$have" lt "${f#*=}"; then
		echo "${f%%=*} is $have; ${f#*=} or newer is needed (security fixes)" >&2
		exit 1
	fi
done
