#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Includes point down only. The table is the whole rule: a file may include its own directory and
# directories of a smaller rank; `port` holds headers only, so that the pure parts may speak of its
# flat data. Every quoted include is a path from the root of the repository.
. "$(dirname "$0")/../lib.sh"

cat >"$T/rank" <<'END'
schema/base 0
schema/yaml 1
schema/kind 2
schema/load 3
schema/resolve 4
schema/rule 5
schema/emit 6
reconcile/port 7
reconcile/model 8
reconcile/plan 9
reconcile/server 9
reconcile/report 10
reconcile/adapter/curl 11
reconcile/adapter/file 11
reconcile/adapter/git 11
reconcile/adapter/jansson 11
reconcile/adapter/memory 11
reconcile/adapter/nghttp2 11
reconcile/adapter/openssl 11
reconcile/adapter/sqlite 11
reconcile/run 11
cmd/apnsctl 12
cmd/applesim 12
END

# What an adapter may use of another one: files and the one TLS set-up.
beside='^reconcile/adapter/(file/[a-z]+|openssl/tls)\.h$'
# Who names adapters above them, and which ones anybody in cmd/apnsctl may name.
wiring='^cmd/apnsctl/(ports|ports_offline|repo)\.[ch]$'
common='^reconcile/adapter/file/(file|harden)\.h$'

find schema reconcile cmd -name '*.[ch]' | sort >"$T/files"
xargs grep -HE '^[[:space:]]*#[[:space:]]*include[[:space:]]+"' <"$T/files" |
	sed -E 's/^([^:]*):[^"]*"([^"]*)".*/\1 \2/' >"$T/includes"

# violations FILE-OF-PAIRS : one line for each include that the table does not allow
violations() {
	awk -v beside="$beside" -v wiring="$wiring" -v common="$common" '
	function dir(p) { sub(/\/[^\/]*$/, "", p); return p }
	NR == FNR { rank[$1] = $2; next }
	{
		from = dir($1); to = dir($2); why = ""
		adapter = to ~ /^reconcile\/adapter\//
		if (!(from in rank)) why = "its directory is not in the table"
		else if (!(to in rank)) why = "not a path from the root to a directory in the table"
		else if (from == to) why = ""
		else if (from == "cmd/applesim" && to != "schema/base") why = "applesim shares schema/base only"
		else if (from ~ /^reconcile\/adapter\// && adapter && $2 ~ beside) why = ""
		else if (rank[to] >= rank[from]) why = "points up"
		else if (adapter && $1 !~ wiring && $2 !~ common) why = "only ports.c, ports_offline.c and repo.c name adapters"
		if (why != "") print $1 " includes " $2 ": " why
	}' "$T/rank" "$1"
}

# The judge itself, held against includes that must be refused.
cat >"$T/bad" <<'END'
schema/base/text.c schema/yaml/doc.h
schema/load/set.c schema/rule/rules.h
reconcile/port/http.h reconcile/model/actual.h
reconcile/plan/plan.c reconcile/report/report.h
reconcile/run/run.c reconcile/adapter/git/git.h
reconcile/adapter/git/wire.c reconcile/adapter/openssl/seal.h
reconcile/adapter/file/file.c reconcile/run/run.h
cmd/apnsctl/main.c reconcile/adapter/sqlite/sqlite.h
cmd/applesim/main.c schema/load/set.h
schema/new/a.c schema/base/text.h
schema/base/text.c text.h
END
is "each bad include is refused" "$(violations "$T/bad" | wc -l)" "$(wc -l <"$T/bad")"

found=$(violations "$T/includes")
is "includes point down only ($(wc -l <"$T/includes") includes)" "$found" ""

missing=$(while read -r from to; do
	[ -f "$to" ] || echo "$from includes $to, which does not exist"
done <"$T/includes")
is "every quoted include is a file" "$missing" ""
is "port holds headers only" "$(find reconcile/port -type f ! -name '*.h')" ""
[ "$(wc -l <"$T/includes")" -gt 500 ] || not_ok "the includes were found"
finish
