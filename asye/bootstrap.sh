#!/bin/sh
# Finds a Python that really runs (a version manager's shim may be on the PATH and fail) and hands over to it.
# `sh asye/bootstrap.sh run` is `make run` without make.
set -eu
cd "$(dirname "$0")/.."
for name in python3.13 python3.12 python3.11 python3; do
    IFS=:
    for folder in $PATH; do
        [ -x "$folder/$name" ] || continue
        if "$folder/$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            unset IFS
            exec "$folder/$name" -m asye.bootstrap "$@"
        fi
    done
    unset IFS
done
echo "Python 3.11, 3.12 or 3.13 is needed and none was found. Install one (on Debian or Ubuntu:" \
    "apt-get install python3 python3-venv) and run this again." >&2
exit 1
