#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What an ordinary push to the status branch may do: neither stop a customer nor freeze the status.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
run

# foreign NAME MODE: puts requests/acme of that mode on the status branch, and something to look at.
foreign() {
	commit=$(git -C "$T/repo" rev-parse HEAD)
	case $2 in
	160000) oid=$commit ;;
	*) oid=$(printf '../README.md' | git -C "$T/remote.git" hash-object -w --stdin) ;;
	esac
	push_requests "$(printf '%s %s %s\tacme' "$2" "$([ "$2" = 160000 ] && echo commit || echo blob)" "$oid")"
	echo "# $1" >>"$T/repo/organization.yaml"
	shop_commit "something to look at"
}
# push_requests ENTRY: with that entry for requests/acme.
push_requests() {
	in_remote() { git -C "$T/remote.git" "$@"; }
	requests=$( (in_remote ls-tree apnsctl-status:requests | grep -v '	acme$'; echo "$1") |
		in_remote mktree --missing)
	root=$( (in_remote ls-tree apnsctl-status | grep -v '	requests$'
		printf '040000 tree %s\trequests\n' "$requests") | in_remote mktree)
	in_remote update-ref refs/heads/apnsctl-status \
		"$(in_remote commit-tree -p apnsctl-status -m foreign "$root")"
}
request() { status_file "$(request_file acme)" | base64 -d 2>/dev/null | head -c 5; }

while read -r name mode; do
	foreign "$name" "$mode"
	runs "a $name for the folder of requests: the run goes on" 0 reconcile
	is "and the request stands in its place again" "$(request)" "<?xml"
done <<-END
	file 100644
	link 120000
	submodule 160000
END

# Longer than any path that we read: left alone.
long=$(printf %05000d 1)
blob=$(echo x | in_remote hash-object -w --stdin)
folder=$( (in_remote ls-tree apnsctl-status:requests/acme
	printf '100644 blob %s\t%s\n' "$blob" "$long") | in_remote mktree)
push_requests "$(printf '040000 tree %s\tacme' "$folder")"
portal_create acme
portal_create beta
put acme
put beta
runs "beside a name of 5000 characters both certificates come into force" 0 reconcile
is "acme" "$(fact acme "o['phase']")" Active
is "beta" "$(fact beta "o['phase']")" Active
is "their file stays" "$(in_remote ls-tree --name-only apnsctl-status:requests/acme)" "$long"

# Where nothing of ours is to stand, their file may stay.
foreign file 100644
runs "a file for the folder of a customer without requests" 0 reconcile
is "their file stays" "$(status_file requests/acme)" ../README.md
finish
