# SPDX-License-Identifier: Apache-2.0
# rules.py APNSCTL APPLE FOLDER: makes both examples of every rule, as `apnsctl explain` has them,
# into repositories below FOLDER, and runs the command of the page: the bad one raises the rule and
# no other error or warning, the good one raises neither. APPLE: of applesim.
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

from sketch import Apple, Tree

APNSCTL, APPLE, FOLDER = sys.argv[1:]


def explain(word):
    out = subprocess.run([APNSCTL, "explain", "-o", "json", word], check=True, capture_output=True)
    return json.loads(out.stdout)["about"][0]


def git(folder, *args):
    subprocess.run(["git", "-C", folder, *args], check=True, capture_output=True)


def findings(folder, command):
    """The rules that the command tells, with their level."""
    args = shlex.split(command)
    out = subprocess.run([APNSCTL, *args[1:], "--format", "json"], cwd=folder, capture_output=True, text=True)
    try:
        d = json.loads(out.stdout)
    except ValueError:
        raise ValueError(f"{command}: {out.stderr}")
    if "findings" in d:
        return [(f["code"], f["level"]) for f in d["findings"]]
    return [(s["rule"], "error") for s in d["steps"] if "rule" in s]


class Page:
    def __init__(self, code, apple):
        self.code, self.apple, self.page = code, apple, explain(code)

    def put(self, tree, which):
        tree.example(self.page["file"], self.page.get(which), self.page.get(which + "Files", ""))

    def raised(self, which):
        folder = f"{FOLDER}/{self.code}-{which}"
        shutil.copytree(f"{FOLDER}/around", folder, symlinks=True)
        tree, command = Tree(folder, self.apple), self.page["toldBy"]
        self.put(tree, "before")
        if "--base main" in command:
            git(folder, "add", "-A")
            git(folder, "commit", "-q", "-m", "before")
            git(folder, "checkout", "-q", "-b", "change")
        self.put(tree, which)
        found = findings(folder, command)
        shutil.rmtree(folder)
        return found

    def wrong(self):
        """What is wrong with the page; None: nothing."""
        for which in "bad", "good":
            if which not in self.page and which + "Files" not in self.page:
                return f"there is no {which} example"
        bad, good = self.raised("bad"), self.raised("good")
        also = {code for code, level in bad if level != "note"} - {self.code}
        if self.code not in dict(bad):
            return f"the bad example raises {sorted(set(bad))}"
        if also != set(self.page.get("also", "").split()):
            return f"the bad example also raises {sorted(also)}"
        if [code for code, level in good if level != "note" or code == self.code]:
            return f"the good example raises {sorted(set(good))}"
        return None


def rules():
    with open("schema/base/rules.def", encoding="utf-8") as f:
        return re.findall(r"^RULE\((\d+), ", f.read(), re.M)


def around():
    tree = Tree(f"{FOLDER}/around", None)
    for path, text in explain("examples").items():
        if path != "subject":
            tree.write(path, text)
    git(tree.folder, "init", "-q", "-b", "main")


def main():
    os.makedirs(f"{FOLDER}/apple")
    apple = Apple(f"{FOLDER}/apple", APPLE)
    around()
    for code in rules():
        try:
            wrong = Page(f"APN{code}", apple).wrong()
        except (ValueError, KeyError, OSError, subprocess.CalledProcessError) as e:
            wrong = f"{type(e).__name__} {e} {getattr(e, 'stderr', '')}"
        print(f"{'not ok' if wrong else 'ok'} - APN{code} is raised by its bad example alone")
        if wrong:
            print(f"#   {wrong}")


main()
