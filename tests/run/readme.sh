#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What README.md tells a newcomer works as written: its blocks of shell run in a fresh directory.
. tests/lib.sh

is "the first two lines are the two commands" "$(sed 3q "$ROOT/README.md")" "    make demo
    make test"
mkdir "$T/fresh"
# A port that is free; the README's own may be taken on the machine of a test.
port=$(free_port)
sed -n '/^```sh$/,/^```$/p' "$ROOT/README.md" | grep -v '^```' | sed "s/8443/$port/g" >"$T/lines"
{
	echo 'set -e; trap "kill \$apple" EXIT'
	sed 's|^\(applesim serve .*\)&$|\1\&\napple=$!; until [ -s apple/ready ]; do sleep 0.05; done|' "$T/lines"
} >"$T/readme.sh"
newcomer() { cd "$T/fresh" && PATH=$B:$PATH sh "$T/readme.sh"; }
exits "the shell blocks of README.md run" 0 newcomer
said=$(cat "$T/out")
contains "lint finds nothing wrong" "$said" "7 documents: 0 errors, 0 warnings"
contains "the upload is accepted" "$said" "pinned the topic in tenants/example/push.yaml:"
contains "the certificate is active" "$said" "example/push  Ok    Active"
contains "the dashboard is published" "$said" "1 customer, 1 certificate."
contains "the pair is deployed" "$said" "cert.pem
key.pem
meta.json"

commands() { sed -n '/^## Commands/,/^## Not/p' "$ROOT/README.md" | sed -n 's/^| `\([a-z]*\)[ `].*/\1/p'; }
is "all commands stand in the table, in the order of the help" "$(commands)" \
	"$("$B/apnsctl" --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')"
finish
