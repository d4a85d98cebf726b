"""The Celery application and its whole schedule.

The schedule only nudges: each job looks in the database for what is unfinished, so a lost, late or doubled tick
changes nothing.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asye.settings")

app = Celery("asye")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    name: {"task": name, "schedule": seconds, "options": {"expires": seconds}}
    for name, seconds in {
        "accounts.beat": 30.0,  # the worker's heartbeat, which the health check reads
        "accounts.send_notices": 10.0,
        "accounts.purge_kept_text": 3600.0,
        "accounts.purge_api_answers": 3600.0,
        "accounts.tell_expiring_keys": 3600.0,
        "registrations.queue_renewals": 300.0,
        "registrations.ask_register": 30.0,
        "registrations.check_files": 3.0,  # somebody waits before the page
        "registrations.purge_files": 3600.0,
        "registrations.purge_earlier": 3600.0,
        "payments.check_earlier": 3.0,  # somebody waits before the page
        "payments.prepare_month": 300.0,
        "payments.write_files": 10.0,
        "assessments.render_certificates": 10.0,
        "assessments.send_reminders": 300.0,
    }.items()
}
