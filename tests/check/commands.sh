#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A text never sends anybody to a command that is not there: what stands behind "apnsctl " in the
# strings of the program is in the list of main.c.
. "$(dirname "$0")/../lib.sh"
cd "$ROOT" || exit 1

# names_of FILE… : "apnsctl WORD" or "apnsctl WORD WORD" that no command is called, with its file
cat >"$T/names.py" <<'EOF'
import re, sys
TOKEN = re.compile(r"/\*.*?\*/|'(?:\\.|[^'\\])+'|\"((?:\\.|[^\"\\])*)\"", re.S)
# Words of sentences that are about the program.
PROSE = {"goes", "keeps", "knows", "meanwhile", "migrated", "reads", "that"}
known = dict(re.findall(r'^\t\{ "([a-z]+)", "([^"]*)"', open("cmd/apnsctl/main.c").read(), re.M))
for path in sys.argv[1:]:
    text, end, code = "", 0, open(path, encoding="utf-8").read()
    for m in TOKEN.finditer(code):
        joined = code[end:m.start()].strip() == ""
        if m.group(1) is not None:
            text += ("" if joined else "\n") + m.group(1)
        if m.group(1) is not None or joined:
            end = m.end()
    for word, second in re.findall(r"\bapnsctl ([a-z]+)\b(?: ([a-z]+)\b)?", text):
        parts = known.get(word)
        if parts is None and word not in PROSE:
            print(path + ": apnsctl " + word)
        elif parts and re.fullmatch(r"[a-z|]+", parts) and second not in parts.split("|"):
            print(path + ": apnsctl " + word + " " + second)
EOF
names_of() { python3 "$T/names.py" "$@"; }

printf 'const char *s = "run apnsctl " /* x */\n"invent; apnsctl store "\n"lose"; char c = %s"%s;\n' "'" "'" >"$T/bad.c"
is "commands that are not there are told" "$(names_of "$T/bad.c" | cut -d: -f2)" " apnsctl invent
 apnsctl store lose"
is "every command that a text names is there" \
	"$(names_of $(git ls-files 'cmd/apnsctl/*.c' 'schema/*.c' 'reconcile/*.c' schema/base/rules.def))" ""
finish
