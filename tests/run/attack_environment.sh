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

# What ssh is started with, and what /proc tells of us meanwhile; ssh itself goes on as always.
mkdir "$T/bin" "$T/seen"
cat >"$T/bin/ssh" <<-END
	#!/bin/sh
	tr '\\0' '\\n' </proc/\$\$/environ >"$T/seen/ssh.\$\$"
	tr '\\0' '\\n' </proc/\$PPID/environ >"$T/seen/parent.\$\$"
	exec /usr/bin/ssh "\$@"
END
chmod +x "$T/bin/ssh"
key=$(cat "$T/ctl/state/unlock.key")
configure "s|unlock: {file: state/unlock.key}|unlock: {env: TEST_UNLOCK}|"
configure "s|^  credentials:|  credentials:\n  - {name: git, sshKeyFile: $T/ssh/id_ed25519, knownHostsFile: $SSH_KNOWN_HOSTS, origin: \"$SSH_URL\"}|"
configure "s|^  source: .*|  source: {url: \"$SSH_URL$T/remote.git\", branch: main, timeout: 60s, credential: git}|"
# with_key COMMAND…
with_key() { TEST_UNLOCK=$key TEST_OTHER=nobody LC_TIME=C PATH=$T/bin:$PATH run "$@"; }
for c in plan reconcile doctor "probe --all" "store verify" status; do
	rm -f "$T/seen"/*
	with_key $c
	is "$c reads the unlock key or needs none" "$?" 0
	is "$c tells ssh nothing of it" "$(grep -r -l "$key" "$T/seen")" ""
	case $c in
	plan | reconcile | doctor)
		is "$c: ssh finds its way" "$(cat "$T/seen"/ssh.* | sed 's/=.*//' | sort -u |
			grep -v '^\(LANG\|USER\|LOGNAME\|SSH_AUTH_SOCK\|TMPDIR\)$' | tr '\n' ' ')" \
			"HOME LC_ALL LC_TIME PATH TZ "
		;;
	esac
done
finish
