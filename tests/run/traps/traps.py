# SPDX-License-Identifier: Apache-2.0
# traps.py APNSCTL REPOSITORY CASES: writes each case into the repository, lints it and prints its
# findings with exact places. A case has one finding, or as many as its head says.
import json
import re
import subprocess
import sys

FILE = "tenants/example/trap.yaml"
HEAD = "apiVersion: apnsctl/v1\nkind: %s\nmetadata: {name: trap, tenant: example}\n"
TOPIC = "com.apple.mgmt.External.0fd31a9c-5a4b-4e0e-8b1e-7d5a1f6c2b30"
# To go on with more keys of the spec.
OPEN = {
    "Push": HEAD % "PushCertificate" + f"spec:\n  appleIdRef: apple-id\n  topic: {TOPIC}\n",
    "Alias": HEAD % "AppleIDAlias" + "spec:\n  appleId: trap@example.com\n  type: ManagedAppleID\n"
    "  custodians: [alex, sam]\n  recovery: {resetBy: us}\n",
}


def expand(body):
    """The bytes of a case: a line "@Kind" is the head of a document, "@Push" and
    "@Alias" more of it; \\x{85} is a byte, \\u{85} a
    character, \\n{} and \\r{} are line breaks, \\e{} ends the file without one, \\*{5 text} is text five
    times."""
    body = re.sub(r"^@(\w+)\n", lambda m: OPEN.get(m[1], HEAD % m[1]), body, flags=re.M)
    body = re.sub(r"\\\*\{(\d+) (.*?)\}", lambda m: m[2] * int(m[1]), body)
    body = re.sub(r"\n?\\e\{\}\n", "", body).encode()
    body = re.sub(rb"\\u\{(\w+)\}", lambda m: chr(int(m[1], 16)).encode(), body)
    return re.sub(rb"\\x\{(\w+)\}", lambda m: bytes([int(m[1], 16)]), body)


def place(at):
    if not at.get("line"):
        return "file"
    end = at["endColumn"] if at["endLine"] == at["line"] else f"{at['endLine']}:{at['endColumn']}"
    return f"{at['line']}:{at['column']}-{end}"


def tell(finding):
    print(f"{finding['code']} {finding['level']} {place(finding)} {shown(finding['message'])}")
    for other in finding.get("related", []):
        print(f"    {place(other)} {shown(other['message'])}")
    if "fix" in finding:
        fix = finding["fix"]
        print(f"    fix {place(fix)} {shown(json.dumps(fix['text'], ensure_ascii=False))}: {fix['title']}")


def shown(text):
    text = "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)
    return re.sub(r"(.)\1{99,}", lambda m: f"{m[1]}*{len(m[0])}", text)


def lint(apnsctl, repo, text):
    """The findings of the text as the trap's file."""
    with open(f"{repo}/{FILE}", "wb") as f:
        f.write(text)
    out = subprocess.run([apnsctl, "lint", "--format", "json", repo], capture_output=True)
    return [f for f in json.loads(out.stdout)["findings"] if f["file"] == FILE]


def read(path):
    """Head and text of each case."""
    with open(path, encoding="utf-8") as f:
        for case in re.split(r"^== ", f.read(), flags=re.M)[1:]:
            head, body = case.split("\n", 1)
            yield head, expand(body)


def main(apnsctl, repo, cases):
    failed = 0
    for head, text in read(cases):
        wanted = re.search(r" \[(\d+)\]$", head)
        findings = lint(apnsctl, repo, text)
        print(f"\n== {head}")
        for finding in findings:
            tell(finding)
        if len(findings) != (int(wanted[1]) if wanted else 1):
            failed += 1
            print(f"{head}: {len(findings)} findings", file=sys.stderr)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
