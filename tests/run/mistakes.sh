#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What people mistype or forget on the command line and in the configuration: what is said, and the
# exit status.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"

# said NAME TEXT COMMAND...: wrong use, with exactly this on stderr.
said() {
	n=$1 text=$2
	shift 2
	exits "$n" 64 "$APNSCTL" "$@"
	is "$n: what is said" "$(cat "$T/err")" "$text"
}
said "a mistyped option" "apnsctl lint: there is no option --foramt=json; did you mean --format?
Try 'apnsctl lint --help'." lint --foramt=json
said "an option like no other" "apnsctl plan: there is no option --everything
Try 'apnsctl plan --help'." plan --everything
said "a mistyped global option" "apnsctl: there is no option --cnfig; did you mean --config?
Try 'apnsctl --help'." --cnfig x plan
said "a short option" "apnsctl: there is no option -x
Try 'apnsctl --help'." -x
said "a global option without its value" "apnsctl: --config needs a value
Try 'apnsctl --help'." --config
said "a format" "apnsctl plan: --format takes text, json or markdown, not 'jason'
Try 'apnsctl plan --help'." plan --format jason
said "an override without a hash" "apnsctl reconcile: --override takes GATE@HASH as a held run prints it, not 'ChangeLimit'
Try 'apnsctl reconcile --help'." reconcile --override ChangeLimit
said "a short commit" "apnsctl reconcile: --accept-history takes all 40 digits of a commit, not 'abc123'
Try 'apnsctl reconcile --help'." reconcile --accept-history abc123
mkdir "$T/empty"
exits "lint in the wrong folder" 3 "$APNSCTL" lint "$T/empty"
is "says so" "$(tail -n 1 "$T/err")" "apnsctl: there are no manifests in $T/empty: run it inside their repository or name its folder; apnsctl init makes one"

# The people of the repository, not those of the starter.
"$APNSCTL" init "$T/own" >/dev/null 2>&1
cd "$T/own" || exit 1
sed -i 's/id: alex/id: jo/; s/id: sam/id: kim/' organization.yaml
sed -i 's/\[alex, sam\]/[jo, kim]/' tenants/example/*.yaml
exits "a new customer" 0 "$APNSCTL" new tenant acme --apple-id push@acme.example --domain acme.example \
	--server deployed
exits "lints without a warning" 0 "$APNSCTL" lint --fail-on warning
cd "$T" || exit 1

shop_start acme || exit 1
runs "a first run" 0 reconcile
git -C "$T/repo" commit -q --allow-empty -m "not pushed"
runs "a forgotten push" 0 reconcile
is "the commit that counts is named" "$(cat "$T/out")" \
	"Nothing to do: no commit since $(git -C "$T/remote.git" rev-parse main | cut -c 1-12), nothing due."
cp "$T/ctl/apnsctl.yaml" "$T/good.yaml"
sed -i 's/^\( *\)source: {/\1source: {path: elsewhere, /' "$T/ctl/apnsctl.yaml"
runs "a changed configuration is looked at, though no commit is new" 7 reconcile
contains "the folder is named" "$(cat "$T/err")" "has no folder elsewhere"
cp "$T/good.yaml" "$T/ctl/apnsctl.yaml"
runs "back again" 0 reconcile

# A customer that is renamed without its old name: the old files go, the status stays readable.
git -C "$T/repo" mv tenants/acme tenants/zeta
sed -i 's/tenant: acme/tenant: zeta/; s/{name: acme}/{name: zeta}/' "$T/repo"/tenants/zeta/*.yaml
shop_commit renamed
runs "a renamed customer" 0 reconcile
git -C "$T/repo" fetch -q origin
is "only the new one is told" "$(git -C "$T/repo" ls-tree -r --name-only origin/apnsctl-status tenants/)" tenants/zeta.json
exits "and the status can be read" 0 sh -c "cd '$T/repo' && '$APNSCTL' status"
# And back: what was archived lives again, with the request that a person needs.
git -C "$T/repo" mv tenants/zeta tenants/acme
sed -i 's/tenant: zeta/tenant: acme/; s/{name: zeta}/{name: acme}/' "$T/repo"/tenants/acme/*.yaml
shop_commit "renamed back"
runs "the old name again" 0 reconcile
is "it waits for the portal" "$(fact acme "o['phase'], o['next']['action']")" "AwaitingPortal CreateAtPortal"
exits "with what to upload" 0 test -n "$(status_file "$(request_file acme)")"

chmod 0644 "$T/ctl/state/unlock.key" "$T/ctl/unlock.key" 2>/dev/null
runs "an unlock key that all can read: sealed" 4 reconcile
contains "with the cure" "$(cat "$T/err")" "run \`chmod 600 $T/ctl"
finish
