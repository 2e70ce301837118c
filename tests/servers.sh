# SPDX-License-Identifier: Apache-2.0
# Servers on loopback for tests; to be sourced after tests/lib.sh. Each function starts one in the
# background, adds it to $BACKGROUND, waits until it answers and sets the variables that it names.

# tls_files DIR : a CA and a server certificate for git.example and 127.0.0.1 in DIR/tls.
tls_files() {
	[ -s "$1/tls/server.pem" ] && return
	mkdir -p "$1/tls"
	cat >"$1/tls/ext" <<-'END'
		[ca]
		basicConstraints = critical, CA:TRUE
		keyUsage = critical, keyCertSign
		[server]
		subjectAltName = DNS:git.example, IP:127.0.0.1
	END
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=Test CA" \
		-keyout "$1/tls/ca.key" -out "$1/tls/ca.pem" 2>/dev/null
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=server" \
		-keyout "$1/tls/server.key" -out "$1/tls/server.csr" 2>/dev/null
	openssl x509 -req -in "$1/tls/server.csr" -CA "$1/tls/ca.pem" -CAkey "$1/tls/ca.key" -days 2 \
		-set_serial 2 -extfile "$1/tls/ext" -extensions server -out "$1/tls/server.crt" 2>/dev/null
	cat "$1/tls/server.key" "$1/tls/server.crt" >"$1/tls/server.pem"
}

# start_https_git DIR [TLS-VERSION] : serves the bare repositories DIR/*.git to user "writer" with
# password "secret", by one version of TLS (TLSv1.3 unless given). /to/PORT/… redirects to that port.
# Sets GIT_URL (https://127.0.0.1:PORT; a repository is $GIT_URL/NAME.git) and GIT_CA.
start_https_git() {
	tls_files "$1"
	version=${2:-TLSv1.3}
	port=$(free_port)
	conf=$1/tls/lighttpd.$port.conf
	echo "writer:secret" >"$1/tls/users"
	cat >"$conf" <<-END
		server.modules = ("mod_openssl", "mod_setenv", "mod_auth", "mod_authn_file", "mod_alias",
			"mod_redirect", "mod_cgi")
		server.document-root = "$1"
		server.bind = "127.0.0.1"
		server.port = $port
		server.errorlog = "$conf.log"
		ssl.engine = "enable"
		ssl.pemfile = "$1/tls/server.pem"
		ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "$version", "MaxProtocol" => "$version")
		auth.backend = "plain"
		auth.backend.plain.userfile = "$1/tls/users"
		\$HTTP["host"] =~ "^([^:]*)" {
			url.redirect = ("^/to/([0-9]+)/(.*)" => "https://%1:\$1/\$2")
		}
		\$HTTP["url"] !~ "^/to/" {
			auth.require = ("/" => ("method" => "basic", "realm" => "git", "require" => "valid-user"))
			alias.url = ("/" => "$(git --exec-path)/git-http-backend/")
			cgi.assign = ("" => "")
		}
		setenv.set-environment = ("GIT_PROJECT_ROOT" => "$1", "GIT_HTTP_EXPORT_ALL" => "1",
			"GIT_CONFIG_COUNT" => "1", "GIT_CONFIG_KEY_0" => "safe.directory",
			"GIT_CONFIG_VALUE_0" => "*")
	END
	lighttpd -D -f "$conf" >"$conf.out" 2>&1 &
	BACKGROUND="$BACKGROUND $!"
	GIT_URL=https://127.0.0.1:$port
	GIT_CA=$1/tls/ca.pem
	until_true 5 sh -c "openssl s_client -connect 127.0.0.1:$port </dev/null"
}

# start_sshd DIR : an sshd that lets the present user in with DIR/ssh/id_ed25519 and DIR/ssh/id_rsa.
# HOME is elsewhere, so that start files of a shell do not slow each connection down.
# Sets SSH_URL (ssh://USER@127.0.0.1:PORT) and SSH_KNOWN_HOSTS.
start_sshd() {
	mkdir -p "$1/ssh"
	port=$(free_port)
	for kind in ed25519 rsa; do
		ssh-keygen -q -t $kind -N "" -f "$1/ssh/id_$kind"
		ssh-keygen -q -t $kind -N "" -f "$1/ssh/host_$kind"
		cat "$1/ssh/id_$kind.pub" >>"$1/ssh/authorized_keys"
		echo "[127.0.0.1]:$port $(cat "$1/ssh/host_$kind.pub")" >>"$1/ssh/known_hosts"
	done
	cat >"$1/ssh/sshd_config" <<-END
		ListenAddress 127.0.0.1
		Port $port
		HostKey $1/ssh/host_ed25519
		HostKey $1/ssh/host_rsa
		PidFile none
		AuthorizedKeysFile $1/ssh/authorized_keys
		PermitRootLogin prohibit-password
		PasswordAuthentication no
		KbdInteractiveAuthentication no
		UsePAM no
		StrictModes no
		PermitUserEnvironment no
		SetEnv HOME=$1/ssh GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=*
	END
	[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
	/usr/sbin/sshd -D -e -f "$1/ssh/sshd_config" >"$1/ssh/log" 2>&1 &
	BACKGROUND="$BACKGROUND $!"
	SSH_URL=ssh://$(id -un)@127.0.0.1:$port
	SSH_KNOWN_HOSTS=$1/ssh/known_hosts
	until_true 5 ssh-keyscan -p "$port" 127.0.0.1
}

# python_server NAME CODE ARGS… : runs the Python code, which has a listening socket `s` on a free
# port of loopback; the port is in $port.
python_server() {
	name=$1
	code=$2
	shift 2
	python3 -c "
import os, socket, sys, threading
s = socket.socket()
s.bind(('127.0.0.1', 0))
s.listen(16)
open('$T/$name.new', 'w').write(str(s.getsockname()[1]))
os.rename('$T/$name.new', '$T/$name.port')
$code" "$@" &
	BACKGROUND="$BACKGROUND $!"
	until_true 20 test -s "$T/$name.port"
	port=$(cat "$T/$name.port")
}

# start_silent : accepts connections and never says a word. Sets SILENT_PORT.
start_silent() {
	python_server silent '
kept = []
while True: kept.append(s.accept())'
	SILENT_PORT=$port
}

# start_connect_proxy HOST PORT : an HTTP proxy whose CONNECT always leads to HOST:PORT, whatever
# name was asked for. Sets PROXY_URL.
start_connect_proxy() {
	python_server proxy '
def pump(a, b):
    try:
        while data := a.recv(65536): b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError: pass
def serve(c):
    head = b""
    while b"\r\n\r\n" not in head:
        data = c.recv(4096)
        if not data: return
        head += data
    if not head.startswith(b"CONNECT "): return c.close()
    up = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    c.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    threading.Thread(target=pump, args=(c, up), daemon=True).start()
    pump(up, c)
while True: threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()' "$1" "$2"
	PROXY_URL=http://127.0.0.1:$port
}
