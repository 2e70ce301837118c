# SPDX-License-Identifier: Apache-2.0
# serve.sh DIR : the servers of tests/servers.sh over the repositories in DIR, until standard input
# ends. Prints one "NAME VALUE" a line, then "ready".
. tests/lib.sh
. tests/servers.sh
start_https_git "$1" TLSv1.2 && echo "tls12 $GIT_URL"
start_https_git "$1" TLSv1.3 && echo "tls13 $GIT_URL"
echo "ca $GIT_CA"
start_connect_proxy 127.0.0.1 "${GIT_URL##*:}" && echo "proxy $PROXY_URL"
start_sshd "$1" && echo "ssh $SSH_URL"
echo "known_hosts $SSH_KNOWN_HOSTS"
start_silent && echo "silent $SILENT_PORT"
echo ready
cat >/dev/null
