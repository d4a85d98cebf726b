"""Ten thousand faults, in batches the services made and in generated ones: the reconciler names each, with its line."""

import os
import time
from collections import Counter

import pytest

from payments.queries.reconciling import batch_ids, load
from payments.rules.reconciling import reconcile
from tests.cast import Cast
from tests.payments.reconciling.faults import FAULTS, NEED_RECOVERIES
from tests.payments.reconciling.planting import trials
from tests.payments.reconciling.sound import sound
from tests.payments.reconciling.world import build
from tests.proofs import written

PLANTED = int(os.environ.get("PROVE_FAULTS", "10000"))
UNHARMED = 10_000
SECONDS = 60  # bar M5
SHOWN = 20

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]


def test_ten_thousand_faults_are_named(cast: Cast) -> None:
    build(cast)
    made_by_services = load(batch_ids())
    generated = [sound(seed) for seed in range(2_000)]
    began = time.monotonic()
    named, missed, accused = Counter[str](), [], []
    real = trials(made_by_services, PLANTED // 5, 1, leaving_out=NEED_RECOVERIES)
    for some in (real, trials(generated, PLANTED - PLANTED // 5, 10**6)):
        for trial in some:
            named[trial.planted.kind] += trial.named()
            if not trial.named():
                missed.append((trial.fault, trial.seed))
            if trial.accused():
                accused.append((trial.fault, trial.seed, trial.accused()))
    took = time.monotonic() - began
    assert missed[:SHOWN] == []
    assert accused[:SHOWN] == []
    assert named.total() == PLANTED
    assert took < SECONDS
    quiet = sum(not reconcile(sound(seed)) for seed in range(10**7, 10**7 + UNHARMED))
    assert quiet == UNHARMED
    lines = [
        f"{named.total():,} of {PLANTED:,} faults named, of the right kind and the right line, nobody else accused",
        f"{len(FAULTS)} ways of doing harm, {len(named)} kinds of difference",
        f"{quiet:,} of {UNHARMED:,} unharmed batches without a difference",
        *(f"{count:6,} {kind}" for kind, count in sorted(named.items())),
    ]
    written.write("reconciler.txt", lines, whole=PLANTED >= 10_000)
