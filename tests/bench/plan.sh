# SPDX-License-Identifier: Apache-2.0
# Sourced by bench.sh: plans of pull requests beside lint of the same revision. Nothing is published
# here, which is the slowest case: what the base says is taken for applied, and planned once more.
case "plan --offline --base, customers" in *"$word"*)
	for n in 1000 10000; do
		python3 "$here/corpus.py" "$T/plan" $n
		git -C "$T/plan" init -q -b main
		git -C "$T/plan" add -A
		git -C "$T/plan" -c gc.auto=0 commit -q -m "$n customers"
		sed -i 's/Customer/Client/' "$T/plan/tenants/t00500/tenant.yaml"
		git -C "$T/plan" -c gc.auto=0 commit -q -a -m "one customer"
		git clone -q --no-local "$T/plan" "$T/clone"
		for how in "--rev main" "--rev main --base main~1" "--base main~1"; do
			row "plan --offline $how, $n customers" info \
				"env -C $T/clone $B/apnsctl plan --offline $how" \
				"$B/apnsctl lint $T/clone --rev main"
		done
		rm -rf "$T/plan" "$T/clone"
	done
	;;
esac
