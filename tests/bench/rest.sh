# SPDX-License-Identifier: Apache-2.0
# Sourced by bench.sh: the rows whose programs print their own figures, and the idle run.
gcc -O2 -D_GNU_SOURCE -I. -o "$T/crypto_ours" "$here/crypto_ours.c" "$B/librun.a" "$B/libadapter.a" \
	"$B/libreconcile.a" "$B/libschema.a" -pthread \
	$(pkg-config --cflags --libs libgit2 yaml-0.1 openssl libnghttp2 libcurl jansson libplist-2.0 sqlite3) ||
	exit 1
peer d2i_floor libcrypto

# figures WHAT OURS PEER BAR: two numbers and their ratio.
figures() {
	awk -v w="$1" -v a="$2" -v b="$3" -v bar="$4" 'BEGIN {
		printf "%-52s %8.3f s %8.3f s %6.2f  <= %-7s %s\n", w, a, b, a / b, bar,
			a / b <= bar + 0 ? "met" : "NOT MET" }'
}

# 300 certificates from the portal; one key serves them all, which costs nobody anything less.
"$B/applesim" ca "$T/sim" >/dev/null
openssl genrsa -out "$T/push.key" 2048 2>/dev/null
chmod 600 "$T/push.key"
openssl req -new -key "$T/push.key" -subj /CN=bench/C=US -outform DER -out "$T/push.der"
cat "$T/sim/vendor.pem" "$T/sim/chain.pem" >"$T/chain.pem"
python3 - "$T" <<'PY'
import base64, plistlib, subprocess, sys
t = sys.argv[1]
der = open(t + "/push.der", "rb").read()
signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", t + "/sim/vendor.key", t + "/push.der"],
                        capture_output=True, check=True).stdout
plist = plistlib.dumps({"PushCertRequestCSR": base64.b64encode(der).decode(),
                        "PushCertSignature": base64.b64encode(signed).decode(),
                        "PushCertCertificateChain": open(t + "/chain.pem").read()})
open(t + "/push.plist", "wb").write(base64.b64encode(plist))
PY
mkdir "$T/pem"
for i in $(seq 300); do
	"$B/applesim" portal create --state "$T/sim" --account a@b.example --request "$T/push.plist" \
		--out "$T/pem/$i.pem" >/dev/null || exit 1
done

case "PEM files" in *"$word"*)
	figures "PEM files: 300 certificates, 20 times" \
		"$("$T/crypto_ours" facts 20 "$T"/pem/*.pem | awk '{print $3}')" \
		"$("$T/d2i_floor" 20 "$T"/pem/*.pem | awk '{print $3}')" 1.2 ;;
esac

case "APNs probes" in *"$word"*)
	"$B/applesim" serve --state "$T/sim" --ready "$T/ready" >/dev/null 2>&1 &
	BACKGROUND="$BACKGROUND $!"
	until_true 10 test -s "$T/ready"
	port=$(sed -n 's/^apns=//p' "$T/ready")
	for f in "$T"/pem/*.pem; do
		[ "$f" = "$T/pem/1.pem" ] || echo next
		printf 'url = "https://localhost:%s/"\ncert = "%s"\nkey = "%s"\ncacert = "%s"\nhttp2\noutput = "/dev/null"\nsilent\n' \
			"$port" "$f" "$T/push.key" "$T/sim/tls-ca.pem"
	done >"$T/curl.conf"
	ours=$("$T/crypto_ours" probe "$port" "$T/sim/tls-ca.pem" "$T/push.key" "$T"/pem/*.pem)
	theirs=$(python3 -c 'import os, subprocess, sys
p = subprocess.Popen(["curl", "--parallel", "--parallel-max", "64", "-K", sys.argv[1]],
                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
u = os.wait4(p.pid, 0)[2]
print(u.ru_utime + u.ru_stime)' "$T/curl.conf")
	[ "${ours%% *}" = 300 ] || echo "only ${ours%% *} of 300 probes reached SETTINGS"
	figures "APNs: 300 cold probes against curl --parallel" "${ours##* }" "$theirs" 0.8
	echo "APNs: $(echo "$ours" | awk '{printf "%.0f", $1 / $2}') probes a second; openssl s_time -new: $(
		openssl s_time -connect "localhost:$port" -new -time 3 -cert "$T/pem/1.pem" \
			-key "$T/push.key" 2>/dev/null | grep 'real seconds' | head -n 1)"
	;;
esac

case "key generation" in *"$word"*)
	echo "$("$T/crypto_ours" keys 60) $("$T/keygen_floor" 60 "$(nproc)")" | awk -v c="$(nproc)" '{
		printf "key generation, 60 keys: %.3f s CPU a key; cores busy %.0f %% of %d (bar: >= 95 %%)\n",
			$3 / $1, 100 * $3 / $2 / c, c }'
	"$T/keygen_floor" 60 "$(nproc)" | sed 's/^/  the bare loop: /'
	;;
esac

case "idle reconcile" in *"$word"*)
	python3 "$here/corpus.py" "$T/many" 10000
	find "$T/many/tenants" -name tenant.yaml \
		-exec sed -i 's/^spec:$/spec:\n  management: Monitor/' {} +
	git -C "$T/many" init -q -b main
	git -C "$T/many" add -A
	git -C "$T/many" -c gc.auto=0 commit -q -m "10000 customers"
	git clone -q --bare --no-local "$T/many" "$T/many.git"
	rm -rf "$T/many"
	mkdir -m 700 "$T/ctl"
	cat >"$T/ctl/apnsctl.yaml" <<-YAML
		apiVersion: apnsctl/v1
		kind: ControllerConfig
		metadata: {name: bench}
		spec:
		  source: {url: "file://$T/many.git", branch: main}
		  state: {store: "sqlite:state/apnsctl.db", unlock: {file: state/unlock.key}}
		  directories: [{name: deployed, path: $T/deployed}]
		  keyDestinations: [{directory: deployed, tenants: ["*"]}]
	YAML
	chmod 600 "$T/ctl/apnsctl.yaml"
	run="$B/apnsctl --config $T/ctl/apnsctl.yaml"
	$run store init 2>/dev/null
	# The first of its rounds makes 10,000 customers known; the others have nothing to do.
	row "reconcile of 10,000 new customers, idle reconcile" 83.5MiB-anon "$run reconcile"
	row "idle reconcile, 10,000 customers, with process start" 20ms "$run reconcile"
	row "  the same beyond \`apnsctl version\`, fetch included" 20ms "$run reconcile" "$B/apnsctl version"
	row "idle reconcile, memory at the peak" 64MiB "$run reconcile"
	;;
esac
