#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""corpus.py DIR TENANTS [bad]: a provider's repository of TENANTS customers, 5 files of one document
each; with `bad` there are two mistakes in every document of a customer.
"""
import pathlib
import sys
import uuid

root, tenants = pathlib.Path(sys.argv[1]), int(sys.argv[2])

ORGANIZATION = """\
apiVersion: apnsctl/v1
kind: Organization
metadata: {name: msp}
spec:
  mode: MultiTenant
  displayName: Example MSP
  people:
    - {id: alex, name: Alex Doe, email: alex@msp.example}
    - {id: sam, name: Sam Roe, email: sam@msp.example}
  appleIdDomains: [msp.example]
  contacts: [push-team@msp.example]
"""
SERVER = """\
apiVersion: apnsctl/v1
kind: MDMServer
metadata: {name: files}
spec:
  type: Directory
  options: {directory: deployed}
  tenants: ["*"]
"""
FILES = {
    "tenant.yaml": """\
# A customer with everything that belongs to it.
apiVersion: apnsctl/v1
kind: Tenant
metadata:
  name: %(name)s
spec:
  displayName: Customer %(name)s
  domains: [%(name)s.example]
  contacts: [it@%(name)s.example]
  appleProgram: Business
  serverRefs:
    - name: files
""",
    "apple-id.yaml": """\
apiVersion: apnsctl/v1
kind: AppleIDAlias
metadata:
  name: apple-id
  tenant: %(name)s
spec:
  appleId: apple-push@%(name)s.example
  type: ManagedAppleID
  custodians: [alex, sam]
  recipients: [push-team@msp.example]
  recovery:
    resetBy: Administrators of Apple Business Manager at %(name)s.example
    trustedPhoneHolders: [alex, sam]
    passwordIn: Password manager, vault Apple, entry %(name)s
""",
    "policies.yaml": """\
apiVersion: apnsctl/v1
kind: Policy
metadata:
  name: all-devices
  tenant: %(name)s
spec:
  displayName: All devices of %(name)s
""",
    "push.yaml": """\
# The topic pins the row of the portal that is renewed each year.
apiVersion: apnsctl/v1
kind: PushCertificate
metadata:
  name: push
  tenant: %(name)s
spec:
  appleIdRef: apple-id
  topic: com.apple.mgmt.External.%(uuid)s
""",
    "assignment.yaml": """\
apiVersion: apnsctl/v1
kind: CertificateAssignment
metadata:
  name: all-devices
  tenant: %(name)s
spec:
  certificateRef: push
  policyRef: all-devices
""",
}

# Typos of keys, words that are none, references to nothing: all in the middle of the file.
MISTAKES = {
    "tenant.yaml": [("appleProgram: Business", "appleProgram: Busines"), ("displayName:", "displayNam:")],
    "apple-id.yaml": [("type: ManagedAppleID", "type: Managed"), ("resetBy:", "resetsBy:")],
    "policies.yaml": [("  displayName: All", "  displayNam: All"),
                      ("spec:\n", "spec:\n  parentRef: nowhere\n")],
    "push.yaml": [("appleIdRef: apple-id", "appleIdRef: apple-di"), ("  topic:", "  topik:")],
    "assignment.yaml": [("certificateRef: push", "certificateRef: psuh"),
                        ("policyRef: all-devices", "policyRef: all-device")],
}

if sys.argv[3:] == ["bad"]:
    for file, changes in MISTAKES.items():
        for good, bad in changes:
            assert good in FILES[file]
            FILES[file] = FILES[file].replace(good, bad)

(root / "servers").mkdir(parents=True)
(root / "organization.yaml").write_text(ORGANIZATION)
(root / "servers/files.yaml").write_text(SERVER)
for i in range(tenants):
    name = "t%05d" % i
    values = {"name": name, "uuid": uuid.uuid5(uuid.NAMESPACE_DNS, name)}
    folder = root / "tenants" / name
    folder.mkdir(parents=True)
    for file, text in FILES.items():
        (folder / file).write_text(text % values)
