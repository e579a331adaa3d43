#!/bin/sh
# Prints the bytes below a directory. The directory is one word, whatever is in it; `--` keeps it from being an option.
set -eu
if [ ! -d "$1" ]; then
    echo "there is no directory '$1'" >&2
    exit 66 # EX_NOINPUT
fi
du -sb -- "$1" | cut -f 1
