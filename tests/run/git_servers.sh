#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whole runs against real Git servers: https with a CA of its own, ssh, a hook that refuses the status,
# a peer that never answers. Each refusal has its exit status, and the next run goes on.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
. "$(dirname "$0")/../servers.sh"
shop_start acme || exit 1
start_https_git "$T" || exit 1
start_sshd "$T" || exit 1
start_silent || exit 1
printf 'secret\n' >"$T/git-password"
chmod 600 "$T/git-password" "$T"/ssh/id_*

# source URL [MEMBERS]: the source, with more members of it; the credential "git" is bound to ORIGIN.
source() {
	configure "s|^  source: .*|  source: {url: \"$1\", branch: main, timeout: ${SECONDS_ALLOWED:-20}s${2:+, $2}}|"
}
credential() {
	configure '/name: git,/d'
	configure "s|^  credentials:|  credentials:\n  - {name: git, $1}|"
}

# https
credential "username: writer, file: $T/git-password, origin: \"$GIT_URL\""
source "$GIT_URL/remote.git" "credential: git, caFile: $GIT_CA"
runs "https with a CA of its own" 0 reconcile
is "the status is on the server" "$(fact acme "o['phase']")" AwaitingPortal
is "a second run is idle" "$(run; grep -c 'Nothing to do' "$T/out")" 1
source "$GIT_URL/remote.git" "credential: git"
runs "without that CA: 7" 7 reconcile
contains "it is told why" "$(cat "$T/err")" "certificate"
source "$GIT_URL/remote.git" "credential: git, caFile: $GIT_CA"
printf 'wrong\n' >"$T/git-password"
runs "a wrong password: 7" 7 reconcile
lacks "the password is not told" "$(cat "$T/out" "$T/err")" wrong
printf 'secret\n' >"$T/git-password"

# A hook that refuses the status: owed, and sent by the next run.
portal_create acme >/dev/null && put acme
printf '#!/bin/sh\necho "the status is frozen" >&2\nexit 1\n' >"$T/remote.git/hooks/pre-receive"
chmod +x "$T/remote.git/hooks/pre-receive"
runs "a hook refuses the status: 8" 8 reconcile
contains "in the words of the hook" "$(cat "$T/err")" "the status is frozen"
is "nothing was published" "$(fact acme "o['phase']")" AwaitingPortal
rm "$T/remote.git/hooks/pre-receive"
runs "the next run has nothing else to do" 0 reconcile
is "and sends it" "$(fact acme "o['phase']")" Active

# Somebody else writes to the status branch: their file stays, ours are put right.
git clone -q -b apnsctl-status "$T/remote.git" "$T/foreign"
echo "not ours" >"$T/foreign/NOTES"
echo "{}" >"$T/foreign/tenants/acme.json"
git -C "$T/foreign" add -A
git -C "$T/foreign" commit -q -m foreign
git -C "$T/foreign" push -q
echo "# $(date)" >>"$T/repo/organization.yaml"
shop_commit "something to look at"
runs "a foreign commit on the status branch" 0 reconcile
is "their file stays" "$(status_file NOTES)" "not ours"
is "ours is right again" "$(fact acme "o['phase']")" Active
exits "never by force" 0 git -C "$T/remote.git" merge-base --is-ancestor \
	"$(git -C "$T/foreign" rev-parse HEAD)" apnsctl-status

# ssh
credential "sshKeyFile: $T/ssh/id_ed25519, knownHostsFile: $SSH_KNOWN_HOSTS, origin: \"$SSH_URL\""
source "$SSH_URL$T/remote.git" "credential: git"
runs "ssh with an Ed25519 key" 0 reconcile
echo "# again" >>"$T/repo/organization.yaml"
shop_commit "a change to fetch"
runs "a change is fetched and its status pushed by ssh" 0 reconcile
: >"$T/no_hosts"
credential "sshKeyFile: $T/ssh/id_rsa, knownHostsFile: $T/no_hosts, origin: \"$SSH_URL\""
runs "an unknown host key: 7" 7 reconcile
credential "sshKeyFile: $T/ssh/id_rsa, knownHostsFile: $SSH_KNOWN_HOSTS, origin: \"$SSH_URL\""
runs "ssh with an RSA key" 0 reconcile

# A peer that never answers ends at its deadline.
SECONDS_ALLOWED=2 source "https://127.0.0.1:$SILENT_PORT/remote.git"
before=$(date +%s)
runs "a silent peer: 7" 7 reconcile
[ $(($(date +%s) - before)) -lt 15 ] && ok "at its deadline" || not_ok "at its deadline" "took too long"
finish
