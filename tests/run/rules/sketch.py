# SPDX-License-Identifier: Apache-2.0
# Makes the files of an example of a rule page (schema/rule/pages.h) from its lines, as a reader of
# the page would: certificates with openssl, in the shape of Apple's, by the authority of applesim.
import json
import os
import re
import shutil
import subprocess
import uuid

TOPIC = re.compile(r"com\.apple\.mgmt\.External\.[0-9a-f-]{36}")
KNOWN_ISSUER = "Apple Application Integration 2 Certification Authority"
CA_CONFIG = """[ca]
default_ca = own
[own]
database = {0}/index.txt
new_certs_dir = {0}
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
x509_extensions = leaf
[any]
userId = optional
commonName = optional
countryName = optional
[leaf]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
1.2.840.113635.100.6.3.2 = ASN1:NULL
"""


def openssl(*args):
    return subprocess.run(["openssl", *args], check=True, capture_output=True).stdout


class Apple:
    """Keys and certificates; what is made twice by the same words is the same."""

    def __init__(self, folder, apple):
        self.folder, self.made = folder, {}
        self.issuers = {KNOWN_ISSUER: (f"{apple}/aai2.pem", f"{apple}/aai2.key")}
        open(f"{folder}/index.txt", "w").close()
        with open(f"{folder}/ca.cnf", "w") as f:
            f.write(CA_CONFIG.format(folder))

    def path(self, ending):
        self.made.setdefault(ending, 0)
        self.made[ending] += 1
        return f"{self.folder}/{self.made[ending]}.{ending}"

    def key(self, bits="2048"):
        path = self.path("key")
        openssl("genrsa", "-out", path, bits)
        return path

    def issuer(self, name):
        if name not in self.issuers:
            key, cert = self.key(), self.path("pem")
            openssl("req", "-x509", "-key", key, "-subj", f"/CN={name}", "-days", "9999", "-out", cert)
            self.issuers[name] = cert, key
        return self.issuers[name]

    def request(self, key, subject):
        path = self.path("csr")
        openssl("req", "-new", "-key", key, "-subj", subject, "-out", path)
        return path

    def certificate(self, words, key_of):
        """A line behind "certificate of ", and its key."""
        topic, *rest = words.split(", ")
        row = topic.rpartition(".")[2]
        name = f"APSP:{row}" if TOPIC.fullmatch(topic) else f"Apple Push Services: {topic}"
        issuer, key, since, until = KNOWN_ISSUER, None, "2026-03-01", "2027-03-01"
        for word in rest:
            if m := re.fullmatch(r"(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)", word):
                since, until = m.groups()
            elif m := re.fullmatch(r"with RSA (\d+)", word):
                key = self.key(m[1])
            elif m := re.fullmatch(r"with the key of (.*)", word):
                key = key_of[m[1]]
            elif m := re.fullmatch(r"issued by (.*)", word):
                issuer = m[1]
            elif m := re.fullmatch(r"named (.*)", word):
                name = m[1]
            else:
                raise ValueError(f"a certificate can not be made {word!r}")
        key, out = key or self.key(), self.path("pem")
        cert, cert_key = self.issuer(issuer)
        openssl("ca", "-batch", "-notext", "-config", f"{self.folder}/ca.cnf", "-cert", cert, "-keyfile", cert_key,
                "-in", self.request(key, f"/UID={topic}/CN={name}/C=US"), "-preserveDN", "-out", out,
                "-startdate", since.replace("-", "") + "000000Z", "-enddate", until.replace("-", "") + "000000Z")
        return out, key


class Tree:
    """The folder of a repository, changed line by line."""

    def __init__(self, folder, apple):
        self.folder, self.apple, self.key_of = folder, apple, {}

    def at(self, path):
        return f"{self.folder}/{path}"

    def write(self, path, data):
        os.makedirs(os.path.dirname(self.at(path)), exist_ok=True)
        with open(self.at(path), "wb") as f:
            f.write(data if isinstance(data, bytes) else data.encode())

    def copy(self, path, source):
        with open(source, "rb") as f:
            self.write(path, f.read())

    def remove(self, path):
        if path.endswith("/"):
            shutil.rmtree(self.at(path))
        else:
            os.remove(self.at(path))

    def like(self, path, model):
        """Another tenant: the other's name becomes its own, and so do topics."""
        name, old = os.path.basename(path[:-1]), os.path.basename(model[:-1])
        for file in os.listdir(self.at(model)):
            with open(self.at(model + file), encoding="utf-8") as f:
                text = re.sub(rf"\b{old}\b", name, f.read())
            own = lambda m: m[0][:-36] + str(uuid.uuid5(uuid.NAMESPACE_DNS, name + m[0]))
            self.write(path + file, TOPIC.sub(own, text))

    def submodule(self, path):
        self.write(path + "README", "Another repository.\n")
        for args in ["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "other"]:
            subprocess.run(["git", "-C", self.at(path), *args], check=True)

    def publish(self, branch, tenant, name, topic):
        """All of a status branch that tells of one certificate."""
        pinned = {"type": "TopicPinned", "status": "True", "reason": "InStore", "message": topic}
        on = {"kind": "PushCertificate", "tenant": tenant, "name": name, "conditions": [pinned]}
        text = json.dumps({"kind": "TenantStatus", "tenant": tenant, "objects": [on]})
        stream = (f"commit refs/heads/{branch}\ncommitter test <test@test.example> 0 +0000\ndata 0\n"
                  f"M 100644 inline tenants/{tenant}.json\ndata {len(text)}\n{text}\n")
        subprocess.run(["git", "-C", self.folder, "fast-import", "--quiet"], input=stream.encode(), check=True)

    def certificate(self, path, words):
        file, self.key_of[path] = self.apple.certificate(words, self.key_of)
        self.copy(path, file)

    def file(self, path, what):
        if what == "removed":
            self.remove(path)
        elif m := re.fullmatch(r"certificate of (.*)", what):
            self.certificate(path, m[1])
        elif what == "certificate request":
            self.copy(path, self.apple.request(self.apple.key(), "/C=US/CN=push"))
        elif what == "private key":
            self.copy(path, self.apple.key())
        elif what == "web page":
            self.write(path, "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n")
        elif what == "text":
            self.write(path, "Some words.\n")
        elif m := re.fullmatch(r"(\d+) MiB", what):
            self.write(path, "#\n" * (int(m[1]) << 19))
        elif m := re.fullmatch(r'(\d+) lines of "(.*)"', what):
            self.write(path, (m[2] + "\n") * int(m[1]))
        elif m := re.fullmatch(r"copy of (.*)", what):
            self.copy(path, self.at(m[1]))
        elif m := re.fullmatch(r"like (.*/)", what):
            self.like(path, m[1])
        elif what == "submodule":
            self.submodule(path)
        elif m := re.fullmatch(r"in (ISO 8859-1)", what):
            with open(self.at(path), encoding="utf-8") as f:
                self.write(path, f.read().encode(m[1].replace("ISO ", "iso-")))
        elif m := re.fullmatch(r"PushCertificate/(.*)/(.*) has the topic (.*)", what):
            self.publish(path, *m.groups())
        else:
            raise ValueError(f"a file can not be {what!r}")

    def line(self, line):
        if m := re.fullmatch(r"(.*) -> (.*)", line):
            os.makedirs(os.path.dirname(self.at(m[1])), exist_ok=True)
            os.symlink(m[2], self.at(m[1]))
        elif m := re.fullmatch(r"(.*?)(\d+)/ to \1(\d+)/: (.*)", line):
            for n in range(int(m[2]), int(m[3]) + 1):
                self.file(f"{m[1]}{n:0{len(m[2])}}/", m[4])
        else:
            self.file(*line.split(": ", 1))

    def example(self, file, yaml, lines):
        if yaml is not None:
            self.write(file, yaml)
        for line in lines.splitlines():
            self.line(line)
