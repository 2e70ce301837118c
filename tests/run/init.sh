#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# init: a new repository, a clone of an empty one, one with a history, and what stands in the way.
. "$(dirname "$0")/../lib.sh"
APNSCTL=$B/apnsctl
cd "$T" || exit 1
repeat() { git -C "$1" "$2" >/dev/null 2>&1; }
runs_there() { # runs_there NAME DIR : lint is clean, a run goes through
	exits "$1: lint" 0 "$APNSCTL" lint "$2"
	exits "$1: a run" 0 "$APNSCTL" --config "$2.controller/apnsctl.yaml" reconcile
	is "$1: the work tree is clean" "$(git -C "$2" status --porcelain)" ""
}

exits "a new repository" 0 "$APNSCTL" init own
is "what it does not put into Git" "$(tail -n 8 "$T/err")" "wrote $T/own.controller/apnsctl.yaml
wrote $T/own.controller/state/unlock.key (keep a copy apart from the database)
wrote $T/own.controller/.gitignore (Git sees nothing of this folder)

Next:
  apnsctl lint $T/own
  apnsctl --config $T/own.controller/apnsctl.yaml reconcile
  git -C $T/own show apnsctl-status:README.md"
runs_there "a new repository" "$T/own"
sed -i 's|path: deployed|path: none/deployed|' own.controller/apnsctl.yaml
exits "a directory that can not be made" 1 "$APNSCTL" --config own.controller/apnsctl.yaml doctor
contains "is found by doctor" "$(cat "$T/out")" "FAIL  server: MDMServer/deployed (deployed): $T/own.controller/none/deployed can not be made: $T/own.controller/none: No such file or directory
      put it right in the controller's configuration"
exits "a second time" 1 "$APNSCTL" init own
is "it is there" "$(cat "$T/err")" "apnsctl: $T/own holds a repository of manifests already (organization.yaml)"

# A clone of an empty repository.
git init -q --bare -b trunk g.git
git clone -q g.git g 2>/dev/null
exits "a clone of an empty repository" 0 "$APNSCTL" init g
is "its branch is taken" "$(git -C g log --format=%s trunk)" "Start with apnsctl init"
contains "for the controller too" "$(cat g.controller/apnsctl.yaml)" "branch: trunk"
runs_there "a clone" "$T/g"
exits "and can be pushed" 0 git -C g push -q origin trunk

# One with a history, files of the same names, and something staged.
git init -q -b main h
printf 'mine\n' >h/README.md
printf '*.o\n' >h/.gitignore
git -C h add -A && git -C h commit -q -m mine
echo later >h/staged && git -C h add staged
exits "a repository with a history" 0 "$APNSCTL" init h
contains "what is there is kept" "$(cat "$T/err")" "kept $T/h/README.md"
is "as it was" "$(cat h/README.md h/.gitignore)" "mine
*.o"
is "the commit stands on top" "$(git -C h log --format=%s)" "Start with apnsctl init
mine"
is "with nothing else in it" "$(git -C h show --format= --name-only HEAD | grep -v tenants/)" "organization.yaml
servers/deployed.yaml"
is "what was staged stays so" "$(git -C h status --porcelain)" "A  staged"

# What stands in the way is said before anything is written.
refused() { # refused NAME DIR TEXT
	find "$T" -path '*/.git/*' -prune -o -print | sort >"$T/../before.$$"
	exits "$1" 1 "$APNSCTL" init "$2"
	is "$1: why" "$(cat "$T/err")" "apnsctl: $3"
	is "$1: nothing is written" "$(find "$T" -path '*/.git/*' -prune -o -print | sort | diff "$T/../before.$$" -)" ""
	rm -f "$T/../before.$$"
}
refused "a bare repository" g.git "$T/g.git is a bare repository: clone it, and run apnsctl init in the clone"
git init -q d && git -C d commit -q --allow-empty -m x && git -C d checkout -q --detach
refused "no branch" d "the repository in $T/d is on no branch: git switch to the one that the manifests go to"
mkdir -p e/tenants
refused "a folder of ours" e "$T/e holds a repository of manifests already (tenants)"
mkdir f f.controller
refused "a controller" f "$T/f.controller exists already; move it away, or choose another DIR"

# Inside of another work tree the unlock key is not offered to Git.
git init -q outer
exits "inside of another work tree" 0 "$APNSCTL" init outer/inner
git -C outer add -A 2>/dev/null
is "git add takes nothing of the controller" "$(git -C outer ls-files | grep controller)" ""

# Names that a shell and a URL read otherwise.
exits "a strange name" 0 "$APNSCTL" init "a b#c%41's"
contains "is quoted where it is to be copied" "$(cat "$T/err")" "  apnsctl lint '$T/a b#c%41'\\''s'"
runs_there "a strange name" "$T/a b#c%41's"
finish
