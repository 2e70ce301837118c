#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A customer's administrator commits a large file twice, which Git keeps as a delta: that is a finding
# for that customer. The others are served, whatever brings the commits.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
. "$(dirname "$0")/../servers.sh"
shop_start acme beta || exit 1
start_https_git "$T" || exit 1
start_sshd "$T" || exit 1
printf 'secret\n' >"$T/git-password"
chmod 600 "$T/git-password" "$T"/ssh/id_*
run
notes=tenants/beta/notes.txt
seq 2400000 >"$T/repo/$notes"
shop_commit "large"
echo more >>"$T/repo/$notes"
shop_commit "and larger"
git -C "$T/remote.git" repack -adfq
is "Git keeps it as a delta" "$(git -C "$T/remote.git" verify-pack -v "$T"/remote.git/objects/pack/*.idx |
	awk '/^chain length = 1:/ { print ($4 > 0) }')" 1

cp "$T/ctl/apnsctl.yaml" "$T/good.yaml"
# fetched NAME URL MEMBERS CREDENTIAL: all anew from there, and something to look at.
fetched() {
	cp "$T/good.yaml" "$T/ctl/apnsctl.yaml"
	[ -z "$4" ] || configure "s|^  credentials:|  credentials:\n  - {name: git, $4}|"
	configure "s|^  source: .*|  source: {url: \"$2\", branch: main, timeout: 60s$3}|"
	rm -rf "$T/ctl/state/source.git"
	echo "# $1" >>"$T/repo/organization.yaml"
	shop_commit "something to look at"
	runs "$1: one customer is in quarantine" 4 reconcile
	is "$1: for the file" "$(sed -n '/FixManifest:.*beta/,/ file:/s/^      *//p' "$T/out")" \
		"the file is larger than 1 MiB and is not read
Apple Account: apple@beta.example
file: $notes"
	is "$1: the other one is served" "$(fact acme "o['phase']")" AwaitingPortal
}
fetched "file://" "file://$T/remote.git" "" ""
fetched https "$GIT_URL/remote.git" ", credential: git, caFile: $GIT_CA" \
	"username: writer, file: $T/git-password, origin: \"$GIT_URL\""
fetched ssh "$SSH_URL$T/remote.git" ", credential: git" \
	"sshKeyFile: $T/ssh/id_ed25519, knownHostsFile: $SSH_KNOWN_HOSTS, origin: \"$SSH_URL\""
portal_create acme && put acme
runs "the other one's certificate comes into force" 4 reconcile
is "at once" "$(fact acme "o['phase']")" Active
finish
