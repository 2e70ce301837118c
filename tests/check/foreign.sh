#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A file includes at most one foreign library, counting what comes through the project's own
# headers, and the libraries stand where they belong.
. "$(dirname "$0")/../lib.sh"

# prefix of the include, library, directories that may use it
cat >"$T/libraries" <<'END'
git2 libgit2 reconcile/adapter/git/
yaml.h libyaml schema/yaml/doc.c
openssl/ OpenSSL reconcile/adapter/(openssl|git|nghttp2)/|cmd/applesim/
nghttp2/ nghttp2 reconcile/adapter/nghttp2/|cmd/applesim/
curl/ libcurl reconcile/adapter/curl/
jansson.h jansson reconcile/server/|reconcile/adapter/|cmd/
plist/ libplist reconcile/adapter/openssl/|cmd/applesim/
sqlite3.h SQLite reconcile/adapter/sqlite/
uthash.h uthash .
utlist.h uthash .
END

# judge ROOT : "FILE: libraries" of each file with two, or with one in a wrong place
judge() {
	(cd "$1" && find schema reconcile cmd -name '*.[ch]' 2>/dev/null | sort |
		xargs grep -HE '^[[:space:]]*#[[:space:]]*include[[:space:]]' |
		sed -E 's/^([^:]*):[[:space:]]*#[[:space:]]*include[[:space:]]*([<"])([^>"]*)[>"].*/\1 \2 \3/') |
		awk -v table="$T/libraries" '
	BEGIN {
		while ((getline line < table) > 0) { split(line, f, " "); lib[f[1]] = f[2]; where[f[1]] = f[3] }
	}
	function add(file, library) { if (index(uses[file], " " library " ") == 0) uses[file] = uses[file] " " library " " }
	{ seen[$1] = 1 }
	$2 == "\"" { inc[$1] = inc[$1] " " $3 }
	$2 == "<" {
		for (p in lib) if (index($3, p) == 1) {
			add($1, lib[p])
			if ($1 !~ "^(" where[p] ")" && where[p] != ".") print $1 ": " lib[p] " does not belong here"
		}
	}
	END {
		do {
			changed = 0
			for (x in seen) {
				n = split(inc[x], h, " ")
				for (i = 1; i <= n; i++) {
					m = split(uses[h[i]], l, " ")
					for (k = 1; k <= m; k++) {
						before = uses[x]; add(x, l[k]); if (uses[x] != before) changed = 1
					}
				}
			}
		} while (changed)
		for (x in seen) if (split(uses[x], l, " ") > 1) print x ":" uses[x]
	}' | sort
}

mkdir -p "$T/bad/schema/yaml" "$T/bad/reconcile/adapter/curl" "$T/bad/reconcile/adapter/git"
echo '#include <curl/curl.h>' >"$T/bad/schema/yaml/scan.c"
printf '#include <curl/curl.h>\n#include <jansson.h>\n' >"$T/bad/reconcile/adapter/curl/a.c"
echo '#include <openssl/ssl.h>' >"$T/bad/reconcile/adapter/git/b.h"
printf '#include <git2.h>\n#include "reconcile/adapter/git/b.h"\n' >"$T/bad/reconcile/adapter/git/c.c"
is "each bad file is found" "$(judge "$T/bad" | cut -d: -f1 | tr '\n' ' ')" \
	"reconcile/adapter/curl/a.c reconcile/adapter/git/c.c schema/yaml/scan.c "
is "a file includes at most one foreign library" "$(judge .)" ""
finish
