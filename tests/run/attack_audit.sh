#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lines of the audit log that somebody removed or changed are found.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
run
DB=$T/ctl/state/apnsctl.db
runs "the log as it was written is sound" 0 store verify
cp "$DB" "$T/good.db"

# spoiled NAME SQL TEXT
spoiled() {
	cp "$T/good.db" "$DB"
	sqlite3 "$DB" "$2"
	runs "$1 is found" 1 store verify
	contains "$1 is named" "$(cat "$T/err")" "$3"
}
spoiled "the last line gone" "DELETE FROM audit WHERE seq = 4" "line 4 of the audit log is missing"
spoiled "a line gone" "DELETE FROM audit WHERE seq = 2" "line 2 of the audit log is missing"
spoiled "a changed line" "UPDATE audit SET object = 'x' WHERE seq = 1" "line 1 of the audit log was changed"
spoiled "a changed time" "UPDATE audit SET at = at - 60 WHERE seq = 3" "line 3 of the audit log was changed"
spoiled "an older head" "UPDATE meta SET value = (SELECT prev FROM audit WHERE seq = 4) WHERE key = 'audit_head'" \
	"the head of the audit log was changed"
finish
