#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Secrets leave by no variable of the environment, and none of them lets others read along.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
. "$(dirname "$0")/../servers.sh"
shop_start acme || exit 1
start_sshd "$T" || exit 1
chmod 600 "$T"/ssh/id_*
run
portal_create acme
put acme

# The connection to the MDM server carries the private key and the token.
(export SSLKEYLOGFILE="$T/keylog"; run)
is "with SSLKEYLOGFILE the certificate is installed" "$(uploads)" 1
[ -e "$T/keylog" ] && not_ok "no file of TLS secrets is made" || ok "no file of TLS secrets is made"
printf 'openssl_conf = a\n[a]\nproviders = b\n[b]\nevil = c\n[c]\nmodule = %s\nactivate = 1\n' \
	"$T/evil.so" >"$T/evil.cnf"
: >"$T/evil.so"
OPENSSL_CONF=$T/evil.cnf OPENSSL_MODULES=$T strace -f -e trace=openat -o "$T/trace" \
	"$APNSCTL" --config "$T/ctl/apnsctl.yaml" probe --all >"$T/out" 2>"$T/err"
is "OPENSSL_CONF loads nothing" "$(grep -c evil "$T/trace")" 0
finish
