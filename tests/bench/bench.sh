#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ratios against peers that do the least work possible, measured in turns in the same run. CPU
# seconds, so that a busy machine changes little. Nothing here fails on a clock: it prints.
# bench.sh [WORD] : only the rows whose name holds WORD ("linters" for the table of them).
. "$(dirname "$0")/../lib.sh"
here=$(dirname "$0")
word=${1:-}

peer() {
	gcc -O2 -D_GNU_SOURCE -o "$T/$1" "$here/$1.c" $(pkg-config --cflags --libs $2) ${3:-} || exit 1
}
row() {
	case $1 in *"$word"*) python3 "$here/compare.py" "$@" ;; esac
}

peer yaml_floor yaml-0.1
peer rev_floor "libgit2 yaml-0.1"
peer keygen_floor libcrypto -pthread
python3 "$here/corpus.py" "$T/repo" 2000
git -C "$T/repo" init -q -b main
git -C "$T/repo" add -A
git -C "$T/repo" -c gc.auto=0 commit -q -m "2000 customers"
# Not --local: as it comes from a server, in one pack.
git clone -q --bare --no-local "$T/repo" "$T/bare.git"

echo "load: $(cut -d' ' -f1-3 /proc/loadavg), cores: $(nproc), files: $(git -C "$T/repo" ls-files | wc -l)"
printf '%-52s %10s %10s %6s  %-10s\n' what ours peer ratio bar
row "lint, 10,000 files of a work tree" 1.5x "$B/apnsctl lint $T/repo" "$T/yaml_floor 1 $T/repo"
row "lint, memory at the peak" 40MiB "$B/apnsctl lint $T/repo"
row "lint --rev, 10,000 blobs of a bare repository" 1.5x \
	"$B/apnsctl lint $T/bare.git --rev main" "$T/rev_floor $T/bare.git main"
row "lint --rev, memory at the peak" 40MiB "$B/apnsctl lint $T/bare.git --rev main"
. "$here/lint.sh"
case linters in *"$word"*) . "$here/peers.sh" ;; esac
. "$here/plan.sh"

# Hostile files of 1 MiB: each alone in a small repository; lint has to refuse it quickly.
mkdir -p "$T/small"
python3 "$here/corpus.py" "$T/hostile" 1
for shape in nesting tags anchors scalar dashes keys lines; do
	rm -rf "$T/small"
	cp -r "$T/hostile" "$T/small"
	python3 "$here/hostile.py" $shape >"$T/small/tenants/t00000/bad.yaml"
	row "hostile: 1 MiB of $shape, beyond lint without it" 50ms "$B/apnsctl lint $T/small" \
		"$B/apnsctl lint $T/hostile"
	row "hostile: 1 MiB of $shape, memory" 32MiB "$B/apnsctl lint $T/small"
done

if [ -f "$B/libadapter.a" ]; then
	peer mempack_floor libgit2
	gcc -O2 -D_GNU_SOURCE -I. -o "$T/status_commit" "$here/status_commit.c" "$B/librun.a" \
		"$B/libadapter.a" "$B/libreconcile.a" "$B/libschema.a" \
		$(pkg-config --cflags --libs libgit2 openssl) || exit 1
	# Both print the CPU of their second commit; the first one only makes the branch.
	mkdir "$T/a" "$T/b"
	case "status commit" in
	*"$word"*)
		ours=$("$T/status_commit" "$T/a" 10000 | awk '{print $3}')
		floor=$("$T/mempack_floor" "$T/b" 10000 | awk '{print $3}')
		awk -v a="$ours" -v b="$floor" 'BEGIN {
			printf "%-52s %8.3f s %8.3f s %6.2f  <= %-7s %s\n", "status commit, 10,000 files", a, b, a / b,
				"1.3x", a / b <= 1.3 ? "met" : "NOT MET" }'
		;;
	esac
fi
. "$here/rest.sh"
