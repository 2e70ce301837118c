#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Odd things in a folder of downloads: each has its verdict, and the good certificate beside it too.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme || exit 1
run
portal_create acme
cd "$T/repo" || exit 1
git fetch -q origin
D=$T/downloads
mkdir "$D"
cp "$T/acme.pem" "$D/good.pem"
exits "the good one alone" 0 timeout 20 "$APNSCTL" match "$D"

# odd NAME PROBLEM: beside a.pem, which is removed afterwards.
odd() {
	exits "$1: match goes on" 5 timeout 20 "$APNSCTL" match "$D"
	is "$1: one verdict each" "$(sed '/^    topic /d; /^    belongs /d' "$T/out")" "$D/a.pem: Unreadable
    $2
    take it away, and give the file that the portal offered for download
$D/good.pem: Matches
    PushCertificate/acme/push: the certificate answers the request"
	exits "$1: as data" 5 timeout 20 "$APNSCTL" match -o json "$D"
	is "$1: nothing is said of what was not read" "$(python3 -c "
import json; print(*json.load(open('$T/out'))['files'][0])")" "file verdict message remedy"
	exits "$1: accept puts all in place or none" 5 timeout 20 "$APNSCTL" accept "$D"
	is "$1: and says so" "$(tail -n 1 "$T/err")$(git status --short)" \
		"apnsctl: nothing was changed: 1 of 2 files do not match"
	rm -r "$D/a.pem"
}
mkfifo "$D/a.pem"
odd "a FIFO" "$D/a.pem is no regular file"
mkdir "$D/a.pem"
odd "a folder" "$D/a.pem is no regular file"
ln -s /dev/zero "$D/a.pem"
odd "a link to a device" "$D/a.pem is no regular file"
ln -s nowhere "$D/a.pem"
odd "a link to nowhere" "can not read $D/a.pem: No such file or directory"
head -c 3000000 /dev/zero >"$D/a.pem"
odd "a large file" "$D/a.pem is larger than 1048576 bytes"
exits "without them it is accepted" 0 timeout 20 "$APNSCTL" accept "$D"
finish
