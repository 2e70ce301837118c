#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The programs are hardened as the Makefile means them: what the linker did, what the compiler was
# told, what it made of it, and what is not linked at all.
. "$(dirname "$0")/../lib.sh"

case $(uname -m) in
x86_64) ;;
*) ok "hardening is checked on x86_64 only # skip" && finish ;;
esac

# judge PROGRAM : what it lacks
judge() {
	readelf -hW "$1" | grep -q 'Type:.*DYN' || echo "is no position-independent executable"
	readelf -dW "$1" | grep -q 'FLAGS_1.*NOW' || echo "binds lazily"
	readelf -dW "$1" | grep -q -E 'RPATH|RUNPATH' && echo "has a library path"
	readelf -dW "$1" | grep -q 'TEXTREL' && echo "relocates its code"
	readelf -lW "$1" | grep -q 'GNU_RELRO' || echo "lacks RELRO"
	readelf -lW "$1" | awk '$1 == "GNU_STACK" {print $7}' | grep -q -x RW || echo "has an executable stack"
	readelf -lW "$1" | grep -q -E ' (RWE|WE) ' && echo "has a segment to write and execute"
	readelf -lW "$1" | awk '$1 == "LOAD" && / R E / {n++} END {exit n != 1}' || echo "mixes code with data"
	nm -D "$1" | grep -q ' __stack_chk_fail' || echo "lacks the stack protector"
	nm -D "$1" | grep -q ' __snprintf_chk' || echo "lacks fortified calls"
	producers "$1"
	pads "$1"
}
# The flags with which each unit of ours was compiled (the compiler writes them into DW_AT_producer).
producers() {
	readelf --debug-dump=info --dwarf-depth=1 "$1" 2>/dev/null | grep DW_AT_producer |
		grep -v 'GNU AS' | sed 's/.*: //' | sort -u >"$T/producers"
	[ -s "$T/producers" ] || echo "names no compiler flags"
	for flag in -O2 -fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection=full \
		-fno-delete-null-pointer-checks -fno-strict-overflow -ftrivial-auto-var-init=zero \
		-fzero-call-used-regs=used-gpr; do
		grep -q -v -F -e " $flag" "$T/producers" && echo "has a unit without $flag"
	done
}
# -fcf-protection=full lets every function begin with endbr64 whose address could be taken.
pads() {
	objdump -d --no-show-raw-insn "$1" | awk '
		/^[0-9a-f]+ <main>:$/ { want = 1; next }
		want { if ($0 !~ /endbr64/) print "main begins without a landing pad"; want = 0 }
		/endbr64/ { n++ }
		END { if (n < 100) print "has " n + 0 " landing pads" }'
}

printf 'int main(void) { return 0; }\n' >"$T/soft.c"
gcc -g -no-pie -fcf-protection=none -Wl,-z,norelro,-z,lazy,-z,execstack -o "$T/soft" "$T/soft.c" 2>/dev/null
is "a soft program is told" "$(judge "$T/soft" | wc -l)" 18
for program in apnsctl applesim; do
	is "$program is hardened" "$(judge "$B/$program")" ""
done
# What a hostile repository would like to reach is not even linked.
is "nothing checks out, filters, follows submodules or runs programs" \
	"$(nm -D "$B/apnsctl" | grep -o -w -E '(git_(submodule|checkout|filter|stash|worktree)_[a-z_]*|system|popen|exec[vl]p?e?)(@.*)?')" ""
is "one file loads a library, and its name is written there" "$(grep -rn 'dlopen(' cmd reconcile schema --include='*.c')" \
	"$(grep -n 'dlopen("libcurl.so.4", ' reconcile/adapter/curl/library.c | sed 's|^|reconcile/adapter/curl/library.c:|')"
is "no command pays for libcurl before it speaks with a server" "$(ldd "$B/apnsctl" | grep -c libcurl)" 0
finish
