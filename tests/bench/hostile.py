#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hostile.py SHAPE: one MiB of YAML that is meant to hurt a parser."""
import sys

SHAPES = {
    "nesting": "[",
    "tags": "%TAG !a! tag:example.com,2000:\n",
    "anchors": "- &a [*a, *a]\n",
    "scalar": "x",
    "dashes": "- ",
    "keys": "? ",
    "lines": "a: 1\n",
}
text = SHAPES[sys.argv[1]]
size = 1 << 20
sys.stdout.write((text * (size // len(text) + 1))[: size - 1] + "\n")
