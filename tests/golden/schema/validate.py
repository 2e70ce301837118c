# SPDX-License-Identifier: Apache-2.0
"""Validates documents with a foreign JSON Schema implementation.

validate.py templates DIR KIND...   DIR/KIND.json accepts the template DIR/KIND.yaml, and also with
                                    any one of the keys that are commented out switched on
validate.py verdicts SCHEMA FILE    prints for each document of FILE what is refused, and by what
"""
import json
import re
import sys

import jsonschema
import yaml


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML as editors read it (1.2): a date is text."""


Loader.yaml_implicit_resolvers = {
    key: [(tag, regexp) for tag, regexp in values if not tag.endswith(":timestamp")]
    for key, values in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

def blocks(lines):
    """First line and end of each part that is commented out."""
    for start, line in enumerate(lines):
        match = re.match(r"^( *)#[A-Za-z]+:", line)
        if match:
            lead = match.group(1) + "# "
            end = start + 1
            while end < len(lines) and (lines[end].startswith(lead + " ") or
                                        lines[end] == lead.rstrip()):
                end += 1
            yield start, end, len(match.group(1))


def without_mark(lines, start, end, column):
    return lines[:start] + [l[:column] + l[column + 1:] for l in lines[start:end]] + lines[end:]


def template(validator, path):
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    document = yaml.load("\n".join(lines), Loader)
    validator.validate(document)
    print("ok - %s is accepted" % document["kind"])
    todo, alternatives, n = [lines], [], 0
    while todo:
        now = todo.pop()
        for start, end, column in blocks(now):
            n += 1
            more = without_mark(now, start, end, column)
            key = more[start].split(":")[0].strip()
            errors = list(validator.iter_errors(yaml.load("\n".join(more), Loader)))
            if [e.validator for e in errors] == ["oneOf"]:
                alternatives.append(key)
            elif errors:
                print("not ok - %s with %s: %s" % (document["kind"], key, errors))
            elif now is lines:
                todo.append(more)  # for what is commented out inside of it
    print("ok - %s stays valid with any other key, except that one excludes: %s" % (
        document["kind"], " ".join(sorted(set(alternatives))) or "none"))
    if not n:
        print("not ok - %s has keys to switch on" % document["kind"])


def verdicts(validator, path):
    with open(path, encoding="utf-8") as f:
        for document in yaml.load_all(f, Loader):
            errors = sorted("/".join(map(str, e.path)) + " (" + e.validator + ")"
                            for e in validator.iter_errors(document))
            print("%s: %s" % (document["metadata"]["name"], " ".join(errors) or "accepted"))


def validator_of(path):
    with open(path, encoding="utf-8") as f:
        schema = json.load(f)
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


if sys.argv[1] == "templates":
    for kind in sys.argv[3:]:
        path = sys.argv[2] + "/" + kind
        template(validator_of(path + ".json"), path + ".yaml")
else:
    verdicts(validator_of(sys.argv[2]), sys.argv[3])
