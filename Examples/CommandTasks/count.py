#!/usr/bin/env python3
"""Reads one task from standard input and prints its result: all that a command task has to do."""

import json
import sys

EX_DATAERR = 65

task = json.load(sys.stdin)
text = task["args"][0] if task["args"] else task["kwargs"].get("text")
if not isinstance(text, str):
    print("text.count wants a text, as its first argument or as 'text'", file=sys.stderr)
    sys.exit(EX_DATAERR)

json.dump({"lines": len(text.splitlines()), "words": len(text.split()), "letters": len(text)}, sys.stdout)
