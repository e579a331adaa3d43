#!/bin/sh
# Pretends to send a line; asks for another attempt while the file "busy" lies beside it.
set -eu
if [ -e busy ]; then
    echo "busy, try again" >&2
    exit 75 # EX_TEMPFAIL
fi
echo "from $NOTIFY_SENDER: $*" >&2
