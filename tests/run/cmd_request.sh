#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# request: the work list for Apple's portal, from the status branch and from the store alike.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
ctl() { "$APNSCTL" --config "$T/ctl/apnsctl.yaml" "$@"; }
cd "$T/repo" || exit 1

exits "without a status branch nothing is known" 1 "$APNSCTL" request
is "and the cure is said" "$(cat "$T/err")" \
	"apnsctl: open requests are not known: the status branch is not here; run git fetch origin apnsctl-status:refs/remotes/origin/apnsctl-status, or name it with --status"
run || not_ok "the first run" "$(cat "$T/err")"
git fetch -q origin

exits "with one it needs no configuration" 0 "$APNSCTL" request
day=$(date -u +%Y%m%d)
is "the work list" "$(cat "$T/out")" "Apple Account (Apple ID): apple@acme.example
  who can sign in: Alex Doe, Sam Roe
  - acme Ltd. (acme/push)
      button: Create a Certificate
      upload: requests/acme/acme--push.$day.plist
      save:   apnsctl accept FILE, or commit it to tenants/acme/push.pem

Apple Account (Apple ID): apple@beta.example
  who can sign in: Alex Doe, Sam Roe
  - beta Ltd. (beta/push)
      button: Create a Certificate
      upload: requests/beta/beta--push.$day.plist
      save:   apnsctl accept FILE, or commit it to tenants/beta/push.pem

Sign in at https://identity.apple.com/pushcert with exactly that account. Never revoke anything."
cp "$T/out" "$T/list"
ctl request >"$T/out"
is "the store says the same" "$(cat "$T/out")" "$(cat "$T/list")"
(cd "$T" && ctl request >"$T/out")
is "outside of the repository too, from the last applied revision" "$(cat "$T/out")" "$(cat "$T/list")"

exits "one certificate" 0 "$APNSCTL" request -o json beta/push
is "as data" "$(python3 -c 'import json,sys
d=json.load(sys.stdin); r=d["requests"]
print(d["kind"], len(r), r[0]["tenant"], r[0]["action"], r[0]["button"], r[0]["appleId"], r[0]["commitTo"], r[0]["file"])' <"$T/out")" \
	"RequestReport 1 beta CreateAtPortal Create a Certificate apple@beta.example tenants/beta/push.pem requests/beta/beta--push.$day.plist"
exits "by its full name" 0 "$APNSCTL" request PushCertificate/beta/push
exits "one that is not there" 64 "$APNSCTL" request acme/other
is "it is named" "$(cat "$T/err")" "apnsctl: there is no certificate acme/other in the manifests"
exits "something that is no certificate" 64 "$APNSCTL" request Policy/acme/root

exits "the files are written" 0 "$APNSCTL" request --out "$T/from-status"
contains "and where they are is said" "$(cat "$T/out")" "upload: $T/from-status/acme--push.$day.plist"
ctl request --out "$T/from-store" acme/push >"$T/out" 2>"$T/err"
is "only those that were asked for" "$(ls "$T/from-store") | $(ls "$T/from-status" | tr '\n' ' ')" \
	"acme--push.$day.plist | acme--push.$day.plist beta--push.$day.plist "
exits "store and status branch give the same bytes" 0 \
	cmp "$T/from-store/acme--push.$day.plist" "$T/from-status/acme--push.$day.plist"
exits "the portal takes them" 0 "$APPLESIM" portal create --state "$T/sim" --account apple@acme.example \
	--request "$T/from-status/acme--push.$day.plist" --out "$T/acme.pem"

# A folder with the files of the branch, and one that says something else.
mkdir "$T/copy"
git archive origin/apnsctl-status | tar -x -C "$T/copy"
exits "a folder with the branch's files" 0 "$APNSCTL" request --status "$T/copy"
is "says the same" "$(cat "$T/out")" "$(cat "$T/list")"
exits "a revision that is none" 64 "$APNSCTL" request --status no-such-branch
is "is told" "$(cat "$T/err")" "apnsctl: --status: no-such-branch is neither a folder nor a revision of $T/repo"
rm "$T/copy/requests/acme/"*
exits "a request file that is missing" 3 "$APNSCTL" request --status "$T/copy" --out "$T/x"
is "is named" "$(cat "$T/err")" \
	"apnsctl: the status branch names requests/acme/acme--push.$day.plist, but does not hold it"
sed -i "s|requests/beta/beta--push.$day.plist|requests/beta/../../../../tmp/x.plist|" "$T/copy/tenants/beta.json"
exits "a request file elsewhere" 0 "$APNSCTL" request --status "$T/copy" beta/push
is "does not count" "$(cat "$T/out")" "Nothing of beta/push waits for Apple's portal."

# A manifest that is being edited: what waits does not vanish with it.
broken() { # broken NAME ERROR : beta's manifest has it, its request is told all the same
	exits "$1: request" 0 "$APNSCTL" request
	is "$1: the error is told" "$(cat "$T/err")" \
		"apnsctl: the manifests of beta have errors, what waits is told as it was known before: $2 (run apnsctl lint)"
	is "$1: what waits too" "$(grep -e '^Apple' -e button -e upload "$T/out")" "Apple Account (Apple ID): apple@acme.example
      button: Create a Certificate
      upload: requests/acme/acme--push.$day.plist
Apple Account (Apple ID): apple@beta.example
      button: Create a Certificate
      upload: requests/beta/beta--push.$day.plist"
	exits "$1: alone" 0 "$APNSCTL" request beta/push
	contains "$1: as well" "$(cat "$T/out")" "(beta/push)"
	git checkout -q tenants
}
sed -i 's/  topic:/  topick:/' tenants/beta/push.yaml
broken "an unknown key" "tenants/beta/push.yaml:6: unknown key \"topick\" in spec of PushCertificate; did you mean \"topic\"?"
printf 'spec: [\n' >>tenants/beta/push.yaml
broken "no YAML" "tenants/beta/push.yaml:7: this \"[\" is not closed; close it with \"]\""

put acme
run || not_ok "the certificate is taken in" "$(cat "$T/err")"
ctl request acme/push >"$T/out"
is "what is answered does not wait" "$(cat "$T/out")" "Nothing of acme/push waits for Apple's portal."

# A renewal names the row.
later=$(date -u -d "+330 days" +%Y-%m-%dT00:00:00Z)
run --now "$later" reconcile
ctl --now "$later" request acme/push >"$T/out"
topic=$(fact acme "o['topic']")
contains "a renewal names the row and its end" "$(cat "$T/out")" \
	"      button: Renew, in the row APSP:${topic##*.} (expires $(fact acme "o['notAfter'][:10]"))"
contains "and the day by which" "$(cat "$T/out")" "(acme/push), due $(fact acme "o['next']['due'][:10]")"
exits "too many arguments" 64 "$APNSCTL" request a/b c/d
finish
