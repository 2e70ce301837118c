# SPDX-License-Identifier: Apache-2.0
"""Lint and two foreign validators over the same documents.

foreign.py collect DOCUMENTS             all documents that a foreign YAML reader can read, as JSON
foreign.py judge SCHEMA DOCUMENTS        for each "ok" or "refused", as python3-jsonschema judges
foreign.py describe SCHEMA               the fields without a description
foreign.py compare VERDICTS APNSCTL REPO where lint judges the shape of a document otherwise
"""
import glob
import json
import re
import sys

import jsonschema
import yaml

sys.path.insert(0, "tests/run/traps")
import traps


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML as editors read it: the core schema of YAML 1.2, and no date."""


Loader.yaml_implicit_resolvers = {}
for tag, regexp in (
    ("bool", "true|True|TRUE|false|False|FALSE"),
    ("int", "[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"),
    ("null", "~|null|Null|NULL|"),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{regexp})$"), None)
Loader.add_constructor("tag:yaml.org,2002:int", lambda l, n: int(re.sub("[^0-9-]", "", n.value) or 0))
Loader.add_constructor("tag:yaml.org,2002:float", lambda l, n: 0.5)


def sources():
    """Name and text of each file."""
    for path in sorted(glob.glob("examples/**/*.yaml", recursive=True)):
        yield path, open(path, "rb").read()
    yield "refused.yaml", open("tests/golden/schema/refused.yaml", "rb").read()
    for path in sorted(glob.glob("docs/rules/APN*.md")):
        with open(path, encoding="utf-8") as f:
            blocks = re.findall("^(Before|Breaks|Keeps)[^\n]*:\n\n```yaml\n(.*?)^```$", f.read(), re.M | re.S)
        for title, text in blocks:
            name = {"Before": "before", "Breaks": "bad", "Keeps": "good"}[title]
            yield f"{path[11:-3]} {name}", text.encode()
    for head, text in traps.read("tests/run/traps/cases"):
        yield f"trap {head}", text


def load(text):
    """The documents, or NULL when the foreign reader refuses the file."""
    try:
        return list(yaml.load_all(text.decode(), Loader))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError):
        return None


def collect(out):
    documents = []
    for name, text in sources():
        for i, document in enumerate(load(text) or []):
            documents.append({"name": f"{name} [{i + 1}]", "document": document})
    with open(out, "w", encoding="utf-8") as f:
        json.dump(documents, f)


def judge(schema, documents):
    validator = jsonschema.Draft7Validator(json.load(open(schema, encoding="utf-8")))
    for d in json.load(open(documents, encoding="utf-8")):
        print(f"{d['name']}: {'ok' if validator.is_valid(d['document']) else 'refused'}")


def describe(schema):
    def walk(node, path):
        for key, field in node.get("properties", {}).items():
            if "description" not in field:
                print(f"{path}.{key}")
            walk(field, f"{path}.{key}")
        walk(node["items"], path + "[]") if "items" in node else None

    for kind, table in json.load(open(schema, encoding="utf-8"))["definitions"].items():
        walk(table, kind)


def compare(verdicts, apnsctl, repo):
    refused = {}
    for line in open(verdicts, encoding="utf-8"):
        name, verdict = line.rstrip("\n").rsplit(": ", 1)
        name = name.rsplit(" [", 1)[0]
        refused[name] = refused.get(name, False) or verdict == "refused"
    for name, text in sources():
        # What stands where, and what refers to what, is no matter of a schema.
        codes = sorted({f["code"] for f in traps.lint(apnsctl, repo, text)
                        if f["level"] == "error" and f["code"].startswith("APN1")})
        if name not in refused:
            print(f"unreadable: {name}: {' '.join(codes) or 'accepted by lint'}")
        elif codes and not refused[name]:
            print(f"only lint refuses: {name}: {' '.join(codes)}")
        elif refused[name] and not codes:
            print(f"only the schema refuses: {name}")


if __name__ == "__main__":
    {"collect": collect, "judge": judge, "describe": describe, "compare": compare}[sys.argv[1]](*sys.argv[2:])
