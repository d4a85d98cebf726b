"""How much memory a worker needs, at most, to check a file that was sent in: megabytes, in a process of its own."""

import re
import sys
from pathlib import Path


def main(pk: str) -> None:
    import django

    django.setup()
    from registrations.bulk import checking
    from registrations.bulk.limits import TAKE_OVER
    from registrations.models import BulkUpload
    from tests.cast import NOW

    upload = BulkUpload.objects.select_related("employer", "uploaded_by").defer("content").get(pk=pk)
    checking.check(upload, NOW, TAKE_OVER)
    assert not upload.fault, upload.fault
    assert upload.good == upload.rows
    highest = re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text())  # ru_maxrss is the parent's too
    assert highest is not None
    print(int(highest[1]) / 1024)


if __name__ == "__main__":
    main(sys.argv[1])
