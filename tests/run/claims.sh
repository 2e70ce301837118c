#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One topic belongs to one certificate: proof beats a wish, of two wishes the earlier one stands.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme || exit 1
topic=com.apple.mgmt.External.11111111-2222-3333-4444-555555555555

shop_tenant beta $topic
shop_commit beta
runs "a pinned customer gets a request" 0 reconcile
is "it is a Renew" "$(fact beta "o['next']['action']")" RenewAtPortal
shop_tenant gamma $topic
shop_commit gamma
runs "a second one that names the same topic is blocked" 5 reconcile
is "it has to mend its manifest" "$(fact gamma "o['next']['action'], o['next']['reason']")" "FixManifest TopicClaimed"
contains "and is told whose it is" "$(fact gamma "o['next']['message']")" "was named first by PushCertificate/beta/push"
is "no key is made for it" "$(fact gamma "len(o['keys'])")" 0
is "the first one goes on" "$(fact beta "o['next']['action']")" RenewAtPortal

shop_tenant beta
shop_commit "beta was wrong"
runs "the wish is given up" 0 reconcile
run --now "$(date -u -d '+2 min' +%Y-%m-%dT%H:%M:%SZ)" reconcile
is "and free for the other" "$(fact gamma "o['next']['action']")" RenewAtPortal

activate acme >/dev/null 2>&1
shop_tenant beta "$(fact acme "o['topic']")"
shop_commit "beta names acme's topic"
runs "a wish for a proven topic is blocked" 5 reconcile
contains "and told whose it is" "$(fact beta "o['next']['message']")" "belongs to PushCertificate/acme/push"
is "acme stays Active" "$(fact acme "o['phase']")" Active

# Two new customers name one topic in the same commit: both wait, whatever their names are.
tie=com.apple.mgmt.External.99999999-2222-3333-4444-555555555555
shop_tenant beta
shop_tenant delta $tie
shop_tenant epsilon $tie
shop_commit tie
runs "a tie is blocked" 5 reconcile
is "both wait" "$(fact delta "o['next']['reason']") $(fact epsilon "o['next']['reason']")" "TopicClaimed TopicClaimed"
is "no key for either" "$(fact delta "len(o['keys'])") $(fact epsilon "len(o['keys'])")" "0 0"
shop_tenant epsilon
shop_commit "epsilon is new"
run reconcile
is "one gives up, the other goes on" "$(fact delta "o['next']['action']")" RenewAtPortal
finish
