# SPDX-License-Identifier: Apache-2.0
# Sourced by bench.sh: lint of two revisions at once, and of files that are full of mistakes.
commit() { git -C "$T/repo" -c gc.auto=0 commit -q -a -m "$1"; }
push() {
	rm -rf "$T/$1.git"
	git clone -q --bare --no-local "$T/repo" "$T/$1.git"
}

case "lint --base, customers changed, memory" in *"$word"*)
	sed -i 's/Customer/Client/' "$T/repo/tenants/t01000/tenant.yaml"
	commit "one customer" && push one
	find "$T/repo/tenants" -name policies.yaml -exec sed -i 's/All devices/Devices/' {} +
	commit "all customers" && push all
	row "lint --base, one customer of 2,000 changed" 2.5x \
		"$B/apnsctl lint $T/one.git --rev main --base main~1" "$T/rev_floor $T/one.git main"
	# Here both revisions have to be read whole, by the floor as well.
	row "lint --base, all 2,000 changed, / floor of both" 1.5x \
		"$B/apnsctl lint $T/all.git --rev main --base main~1" \
		"sh -c '$T/rev_floor $T/all.git main && $T/rev_floor $T/all.git main~1'"
	row "lint --base, memory at the peak" 40MiB \
		"$B/apnsctl lint $T/all.git --rev main --base main~1"
	rm -rf "$T/one.git" "$T/all.git"
	git -C "$T/repo" reset -q --hard HEAD~2
	;;
esac

case "lint invalid" in *"$word"*)
	python3 "$here/corpus.py" "$T/bad" 2000 bad
	for format in text concise json sarif; do
		bar=info
		[ $format != text ] || bar=2x
		row "lint, invalid: 20,000 findings as $format, / valid" $bar \
			"$B/apnsctl lint $T/bad --format $format=$T/report" "$B/apnsctl lint $T/repo"
	done
	rm -rf "$T/bad" "$T/report"
	;;
esac
