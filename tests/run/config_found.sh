#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Which configuration is found, and which is not even looked at: the one who writes it decides where
# private keys go. Each one here has an error, which names the file that was read.
. "$(dirname "$0")/../lib.sh"
APNSCTL=$B/apnsctl
chmod 755 "$T"
mkdir "$T/given" "$T/env" "$T/here" "$T/none"
for d in given env here; do
	echo 'kind: Nothing' >"$T/$d/apnsctl.yaml"
	chmod 600 "$T/$d/apnsctl.yaml"
done

# found NAME STATUS PART COMMAND… : the command (a global option or nothing) ends so and says this
found() {
	name=$1
	want=$2
	part=$3
	shift 3
	exits "$name" "$want" "$@" store verify
	contains "$name: it is said" "$(cat "$T/err")" "$part"
}
# read_from FILE: what is said when the file was read
read_from() { echo "the configuration $1 has errors"; }
none="this command needs the controller's configuration"
system=/etc/apnsctl/apnsctl.yaml

cd "$T/here" || exit 1
export APNSCTL_CONFIG="$T/env/apnsctl.yaml"
found "--config beats all others" 3 "$(read_from "$T/given/apnsctl.yaml")" \
	"$APNSCTL" --config "$T/given/apnsctl.yaml"
found "the environment beats the folder" 3 "$(read_from "$T/env/apnsctl.yaml")" "$APNSCTL"
found "a file that is named and missing is an error, not a reason to look on" 1 "$T/env/no.yaml" \
	env APNSCTL_CONFIG="$T/env/no.yaml" "$APNSCTL"
found "the same for --config" 1 "$T/no.yaml" "$APNSCTL" --config "$T/no.yaml"
found "an empty variable is none" 3 "$(read_from apnsctl.yaml)" env APNSCTL_CONFIG= "$APNSCTL"
unset APNSCTL_CONFIG
found "the folder's own file" 3 "$(read_from apnsctl.yaml)" "$APNSCTL"

# Where it could have come with a pull request it is not read. On a machine with a configuration of
# its own that one is read then.
if [ -e $system ]; then none=$(read_from $system); fi
missing=64
[ ! -e $system ] || missing=3
cd "$T/none" || exit 1
found "a folder without one" $missing "$none" "$APNSCTL"
mkdir -p "$T/tree/a/b"
git init -q "$T/tree"
for d in "$T/tree" "$T/tree/a/b"; do
	cp -p "$T/here/apnsctl.yaml" "$d"
	cd "$d" || exit 1
	found "not in a Git work tree (${d#"$T"/})" $missing "$none" "$APNSCTL"
done
found "but it can be named there" 3 "$(read_from ./apnsctl.yaml)" "$APNSCTL" --config ./apnsctl.yaml
mkdir "$T/linked"
echo "gitdir: $T/tree/.git" >"$T/linked/.git"
cp -p "$T/here/apnsctl.yaml" "$T/linked"
cd "$T/linked" || exit 1
found "nor in one whose .git is a file" $missing "$none" "$APNSCTL"
ln -s "$T/tree/a" "$T/way"
cd "$T/way/b" || exit 1
found "nor in one that a link leads to" $missing "$none" "$APNSCTL"

cd "$T/here" || exit 1
for mode in 620 602 666; do
	chmod $mode apnsctl.yaml
	found "not when others can write it ($mode)" 5 "chmod go-w apnsctl.yaml" "$APNSCTL"
done
chmod 644 apnsctl.yaml
found "others may read it" 3 "$(read_from apnsctl.yaml)" "$APNSCTL"
chmod 660 "$T/given/apnsctl.yaml"
found "nor when a named one can be written" 5 "chmod go-w $T/given/apnsctl.yaml" \
	"$APNSCTL" --config "$T/given/apnsctl.yaml"

if [ "$(id -u)" = 0 ]; then
	cp "$APNSCTL" "$T/apnsctl"
	nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
	found "one of root serves everybody" 3 "$(read_from apnsctl.yaml)" $nobody "$T/apnsctl"
	chown 65534 apnsctl.yaml
	found "one's own too" 3 "$(read_from apnsctl.yaml)" $nobody "$T/apnsctl"
	found "one of somebody else is refused" 5 "belongs to somebody else" "$APNSCTL"
	chown 0 apnsctl.yaml
fi

# The system's own file comes last; in a name space of its own, so that nothing here is touched.
cat >"$T/system.sh" <<END
mount -t tmpfs none /etc && mkdir /etc/apnsctl && cp "$T/here/apnsctl.yaml" $system &&
	chmod 600 $system && cd "\$1" && shift && exec "\$@"
END
if unshare -rm sh -c 'mount -t tmpfs none /etc' 2>/dev/null; then
	found "the system's file is the last one" 3 "$(read_from $system)" \
		unshare -rm sh "$T/system.sh" "$T/none" "$APNSCTL"
	found "also in a work tree" 3 "$(read_from $system)" \
		unshare -rm sh "$T/system.sh" "$T/tree" "$APNSCTL"
	found "and after the folder's own" 3 "$(read_from apnsctl.yaml)" \
		unshare -rm sh "$T/system.sh" "$T/here" "$APNSCTL"
fi
finish
