#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The formats of lint in the eyes of foreign programs: xmllint, a JSON parser, a JSON Schema
# validator; and where paths begin, what a step's summary holds, how wide a terminal is.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
MDM_PORT=8443
FORMATS="text concise json github gitlab sarif junit"

# mistakes: the customer acme of $T/repo with many of them, and file names that mean something to
# some format.
mistakes() {
	cd "$T/repo/tenants/acme" || exit 1
	sed -i 's/appleIdRef: apple/appleIdRef: aple/' push.yaml
	printf 'apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: x%s, tenant: acme}\nspec: {parentRef: nobody}\n---\n' \
		1 2 3 >'a&b <c>%41,:;"]].yaml'
	printf 'kind: x\napiVersion: apnsctl/v1\nspec: "\001 \342\200\256 ##[error]x"\n' >'nl
::error::x.yaml'
	i=0
	while [ $i -lt 12 ]; do
		printf 'apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: p%s, tenant: acme}\nspec: {parentRef: "no\\u0001<&>]]>\\"%s"}\n---\n' \
			$i $i
		i=$((i + 1))
	done >'ü 日本.yml'
	cd "$T" || exit 1
}
# write FOLDER: all formats of one run over $T/repo.
write() {
	mkdir "$1"
	for f in $FORMATS; do set -- "$@" --format "$f=$1/$f"; done
	shift
	"$APNSCTL" lint "$@" "$T/repo" >"$T/out" 2>"$T/err"
}
# asks NAME PYTHON: prints nothing where all is well.
asks() { is "$1" "$(cd "$T/all" && python3 -c "$2" 2>&1)" ""; }

git init -q "$T/repo"
shop_organization
shop_tenant acme
mistakes
write "$T/all"
is "seven formats of one run" "$?" 3
is "print nothing" "$(cat "$T/out")" ""
is "tell what no file of theirs tells" "$(sort -u "$T/err" | cut -d : -f 1-3)" \
	"apnsctl: not checked: topics against those that were published"

asks "JSON: a report whose counts are those of its findings" '
import json
r = json.load(open("json"))
n = [sum(f["level"] == l for f in r["findings"]) for l in ("error", "warning", "note")]
s = r["summary"]
assert r["kind"] == "LintReport" and n == [s["errors"], s["warnings"], s["notes"]] and n[0] > 15, n'

exits "SARIF keeps to the schema" 0 python3 -c '
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
for e in jsonschema.Draft7Validator(schema).iter_errors(json.load(open(sys.argv[2]))):
    sys.exit("%s: %s" % (list(e.path), e.message[:300]))' "$ROOT/tests/run/sarif.schema.json" "$T/all/sarif"
asks "SARIF: each result has its rule, its file, and the line that the report names" '
import json, os, urllib.parse
run = json.load(open("sarif"))["runs"][0]
rules = run["tool"]["driver"]["rules"]
want = sorted((f["code"], f.get("file", "organization.yaml"), f.get("line", 0), f.get("column", 0))
              for f in json.load(open("json"))["findings"])
got = []
for r in run["results"]:
    assert rules[r["ruleIndex"]]["id"] == r["ruleId"], r
    at = r["locations"][0]["physicalLocation"]
    file = urllib.parse.unquote(at["artifactLocation"]["uri"])
    assert os.path.exists("../repo/" + file), file
    region = at.get("region", {"startLine": 0, "startColumn": 0})
    got.append((r["ruleId"], file, region["startLine"], region["startColumn"]))
assert sorted(got) == want
levels = [("error", "warning", "note").index(r["level"]) for r in run["results"]]
assert levels == sorted(levels)'
asks "SARIF: the hashes of lines are those of the definition" '
import json, urllib.parse
def hashes(text):
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    seen, out, lines = {}, [], text.split("\n")
    for i in range(len(lines)):
        rest = "\n".join(lines[i:]).replace(" ", "").replace("\t", "")
        raw = rest.encode("utf-16-le", "surrogatepass")
        units = [raw[k] + 256 * raw[k + 1] for k in range(0, len(raw), 2)] + [0xffff] + [0] * 100
        h = 0
        for u in units[:100]: h = (h * 37 + u) % 2**64
        seen[h] = seen.get(h, 0) + 1
        out.append("%x:%d" % (h, seen[h]))
    return out
n = 0
for r in json.load(open("sarif"))["runs"][0]["results"]:
    at = r["locations"][0]["physicalLocation"]
    if "region" not in at: continue
    file = "../repo/" + urllib.parse.unquote(at["artifactLocation"]["uri"])
    text = open(file, encoding="utf-8", errors="replace", newline="").read()
    want = hashes(text)[at["region"]["startLine"] - 1]
    assert r["partialFingerprints"]["primaryLocationLineHash"] == want, (file, want)
    n += 1
assert n > 15'

exits "JUnit is well-formed" 0 xmllint --noout "$T/all/junit"
asks "JUnit: unique names, failures with content, all counted" '
import json, xml.etree.ElementTree as E
suite = E.parse("junit").getroot().find("testsuite")
cases = suite.findall("testcase")
names = [(c.get("classname"), c.get("name")) for c in cases]
assert len(set(names)) == len(names)
failed = [c.find("failure") for c in cases if c.find("failure") is not None]
s = json.load(open("json"))["summary"]
assert len(failed) == s["errors"] == int(suite.get("failures"))
assert len(cases) == int(suite.get("tests")) == s["errors"] + s["warnings"] + s["notes"] + 1
assert all(f.text and f.get("message") and "[APN" in f.text for f in failed)
assert suite.get("skipped") == "1" and cases[-1].find("skipped").text'

asks "GitLab: what Code Quality requires, and no fingerprint twice" '
import json, re
raw = open("gitlab", "rb").read()
a = json.loads(raw)
assert raw[:1] == b"[" and len(a) == len(json.load(open("json"))["findings"])
for f in a:
    assert set(f) == {"description", "check_name", "fingerprint", "severity", "location"}, f
    assert f["severity"] in ("info", "minor", "major", "critical", "blocker") and f["description"]
    assert re.fullmatch("[0-9a-f]{64}", f["fingerprint"]) and re.fullmatch("APN[0-9]{4}", f["check_name"])
    assert f["location"]["lines"]["begin"] >= 1 and not f["location"]["path"].startswith(("/", "./"))
assert len({f["fingerprint"] for f in a}) == len(a)'

asks "GitHub: ten of a level, and no command of somebody else" '
import re
lines = open("github").read().split("\n")
for level in "error", "warning", "notice":
    assert sum(l.startswith("::%s " % level) for l in lines) <= 10
ours = re.compile(r"::(error|warning|notice) ([a-zA-Z]+=[^,:]*)(,[a-zA-Z]+=[^,:]*)*::[^\r\n]+")
for l in lines:
    assert "##[" not in l, l
    if l.lstrip().startswith("::"): assert ours.fullmatch(l), l
assert lines[0].startswith("::error file=") and "::error::" not in open("github").read().split("::")[0]
more = [l for l in lines if "more in the log" in l]
assert len(more) == 1'
asks "no line of any format is a command in the middle" '
for f in "text concise json github gitlab sarif junit".split():
    assert "##[" not in open(f).read(), f'

# The same files, made in another order, with another history of the folders.
mv "$T/repo" "$T/first"
mkdir "$T/repo" && git -C "$T/repo" init -q
(cd "$T/first" && find . -path ./.git -prune -o -type f -print0 | sort -rz) >"$T/files"
i=0
while [ $i -lt 40 ]; do : >"$T/repo/$i"; i=$((i + 1)); done
(cd "$T/first" && xargs -0 cp --parents -t "$T/repo" <"$T/files")
rm "$T"/repo/[0-9]*
write "$T/again"
for f in $FORMATS; do
	same "$f: the same bytes whatever the order of the files" "$T/again/$f" "$T/all/$f"
done

# What moves lines makes no new alert.
sed -i '1i # a comment\n' "$T"/repo/tenants/acme/*.yaml "$T"/repo/tenants/acme/*.yml
write "$T/moved"
fingerprints() { python3 -c 'import json,sys; print(sorted(f["fingerprint"] for f in json.load(open(sys.argv[1]))))' "$1"; }
is "GitLab: the fingerprints outlive moved lines" "$(fingerprints "$T/moved/gitlab")" "$(fingerprints "$T/all/gitlab")"
names() { grep -o ' name="[^"]*"' "$1" | sort; }
is "JUnit: so do the names of the tests" "$(names "$T/moved/junit")" "$(names "$T/all/junit")"
hashes() { grep -o '"primaryLocationLineHash":"[^"]*"' "$1" | sort; }
is "SARIF: so do the hashes" "$(hashes "$T/moved/sarif")" "$(hashes "$T/all/sarif")"

# Nothing to say.
rm -r "$T/repo" && git init -q "$T/repo"
shop_organization
shop_tenant acme
write "$T/clean"
is "a clean repository" "$?" 0
is "GitLab: an empty array" "$(python3 -c 'import json,sys; print([f for f in json.load(open(sys.argv[1])) if f["severity"] != "info"])' "$T/clean/gitlab")" "[]"
exits "JUnit: is well-formed without failures" 0 sh -c "xmllint --noout '$T/clean/junit' && ! grep -q '<failure' '$T/clean/junit'"

# Manifests below the top of the checkout: who reads a CI format looks from the top on.
mkdir "$T/top"
git init -q "$T/top"
mv "$T/repo" "$T/top/apple" && rm -rf "$T/top/apple/.git"
sed -i 's/appleIdRef: apple/appleIdRef: aple/' "$T/top/apple/tenants/acme/push.yaml"
at=tenants/acme/push.yaml
for f in concise github gitlab sarif junit; do
	contains "$f: paths begin at the top of the checkout" "$("$APNSCTL" lint --format $f "$T/top/apple" 2>/dev/null)" "apple/$at"
done
for f in text json; do
	lacks "$f: and else in the repository" "$("$APNSCTL" lint --format $f "$T/top/apple" 2>/dev/null)" "apple/$at"
done
line_hash=$(python3 -c '
import sys
text = open(sys.argv[1]).read()
units = [ord(c) for c in text[text.index("  appleIdRef"):] if c not in " \t"] + [0xffff] + [0] * 100
h = 0
for u in units[:100]: h = (h * 37 + u) % 2**64
print("%x:1" % h)' "$T/top/apple/$at")
contains "SARIF: with the hash of the line all the same" "$("$APNSCTL" lint --format sarif "$T/top/apple")" \
	"\"primaryLocationLineHash\":\"$line_hash\""

# The summary of a step.
echo "# from an earlier command" >"$T/summary"
GITHUB_STEP_SUMMARY=$T/summary "$APNSCTL" lint --format github "$T/top/apple" >/dev/null 2>&1
is "the summary is added to that of the step" "$(head -n 1 "$T/summary")" "# from an earlier command"
contains "and has the finding" "$(cat "$T/summary")" "| error | apple/tenants/acme/push\\.yaml\\:5\\:15 |"
head -c 999900 /dev/zero | tr '\0' x >"$T/summary"
GITHUB_STEP_SUMMARY=$T/summary "$APNSCTL" lint --format github "$T/top/apple" >/dev/null 2>&1
is "what would make GitHub drop it all is left out" "$(($(stat -c %s "$T/summary") <= 1000000))" 1
GITHUB_STEP_SUMMARY=$T/nowhere/x exits "a summary that can not be written is no failure" 3 \
	"$APNSCTL" lint --format github "$T/top/apple"
contains "and is told" "$(cat "$T/err")" "apnsctl: the summary of the step is missing: $T/nowhere/x: No such file or directory"
GITHUB_STEP_SUMMARY=$T/none "$APNSCTL" lint --format text "$T/top/apple" >/dev/null
exits "other formats write none" 1 test -e "$T/none"

# A terminal of 50 columns; colours, and none.
printf 'kind: Tenant\napiVersion: apnsctl/v1\nmetadata: {name: acme}\nspec: {} # %0200d\n' 0 >"$T/top/apple/tenants/acme/tenant.yaml"
cat >"$T/terminal.py" <<'PY'
import fcntl, os, pty, struct, sys, termios
child, fd = pty.fork()
if child == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 50, 0, 0))
    os.execv(sys.argv[1], sys.argv[1:])
text = b""
try:
    while True:
        part = os.read(fd, 65536)
        if not part: break
        text += part
except OSError:
    pass
os.waitpid(child, 0)
sys.stdout.write(text.decode().replace("\r\n", "\n"))
PY
terminal() { TERM=xterm python3 "$T/terminal.py" "$APNSCTL" lint "$T/top/apple"; }
terminal >"$T/shown"
is "frames fit the terminal" "$(grep -E '^[0-9 ]+ \|' "$T/shown" | awk 'length > 50')" ""
contains "there is a frame that was cut" "$(grep -E '^[0-9]+ \|' "$T/shown")" "..."
lacks "NO_COLOR holds" "$(cat "$T/shown")" "$(printf '\033')"
unset NO_COLOR
contains "without it there are colours" "$(terminal)" "$(printf '\033[31merror:\033[0m')"
lacks "but none in a file" "$("$APNSCTL" lint "$T/top/apple")" "$(printf '\033')"
finish
