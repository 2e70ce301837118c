#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A few objects of Git that say a million entries, and files that are full of mistakes.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
MDM_PORT=8443
git init -q -b main "$T/repo"
shop_organization
shop_tenant acme
git -C "$T/repo" add -A && git -C "$T/repo" commit -q -m start

# few NAME PATH MODE TEXT: 16 equal children on each of five levels, at the path, are linted within 20 s of CPU and 200 MiB, and said in these words.
few() {
	root=$(git -C "$T/repo" rev-parse HEAD)
	cd "$T/repo" || return
	leaf=$(printf 'token: x\n' | git hash-object -w --stdin)
	line="$3 blob $leaf"
	for level in 1 2 3 4 5; do
		line="040000 tree $(for i in a b c d e f g h i j k l m n o p; do printf '%s\t%s\n' "$line" $i; done | git mktree)"
	done
	case $2 in
	*/*) new="040000 tree $({ git ls-tree "$root:${2%/*}"; printf '%s\t%s\n' "$line" "${2#*/}"; } | git mktree)"
		{ git ls-tree "$root" | grep -v "	${2%/*}\$"; printf '%s\t%s\n' "$new" "${2%/*}"; } | git mktree >"$T/tree" ;;
	*) { git ls-tree "$root"; printf '%s\t%s\n' "$line" "$2"; } | git mktree >"$T/tree" ;;
	esac
	commit=$(git commit-tree -m x "$(cat "$T/tree")")
	exits "$1" 3 sh -c "ulimit -t 20 -v 400000; exec '$APNSCTL' lint --format concise --rev $commit"
	contains "$1: it is said" "$(grep -v APN6001 "$T/out")" "$4"
}
few "a million links in a tenant" tenants/zz 120000 "tenants/zz: error: the folder has more than 20,000 entries or 64 MiB; what comes behind is not read [APN6004"
few "a million files in a tenant" tenants/zz 100644 "tenants/zz: error: the folder has more than 20,000 entries"
few "a million links among the servers" servers/zz 120000 "servers: error: the folder has more than 20,000 entries"
few "a million files elsewhere" vendor 100644 "error: there are more than 200,000 entries or 1 GiB outside"
few "a million links elsewhere" vendor 120000 "error: there are more than 200,000 entries or 1 GiB outside"
contains "links are counted" "$(cat "$T/out")" "error: 186499 more entries are links, submodules or have names"
exits "what a path asks for is judged beside them" 3 "$APNSCTL" lint --rev "$commit" tenants/acme

# Eight thousand files with a hundred mistakes each.
mkdir "$T/repo/tenants/acme/bad"
for i in $(seq 120); do printf -- '- %s\n---\n' "$i"; done >"$T/bad"
python3 -c 'import os, sys
for i in range(8000): os.link(sys.argv[1], "%s/%d.yaml" % (sys.argv[2], i))' "$T/bad" "$T/repo/tenants/acme/bad"
exits "many mistakes are bounded" 3 sh -c "ulimit -t 40 -v 600000; exec '$APNSCTL' lint --format json '$T/repo'"
is "ten thousand are listed, and the rest is counted" "$(python3 -c '
import json, sys
d = json.load(sys.stdin)
rest = [f for f in d["findings"] if "file" not in f]
print(len(d["findings"]), d["summary"]["errors"], len(rest), rest[0]["code"], rest[0]["level"])' <"$T/out")" \
	"10000 10000 1 APN1024 error"
finish
