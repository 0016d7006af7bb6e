"""`python -m fuzz [MINUTES]`: the properties over broken input, in turns, until the time is over; status 1 when one broke."""

import sys
import time
import traceback
from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings

from fuzz.oracles import MAX_SECONDS
from fuzz.properties import Property, properties

_TURN = 400
_SETTINGS = settings(
    max_examples=_TURN,
    deadline=None,
    database=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink),
)


def main(minutes: float = 20) -> int:
    """Try the properties in turns; print what breaks one, and how many inputs there were."""
    end = time.monotonic() + timedelta(minutes=minutes).total_seconds()
    tried: dict[str, int] = {}
    broken = 0
    while time.monotonic() < end:
        for name, each in properties(MAX_SECONDS).items():
            broken += not _holds(name, _SETTINGS(each))
            tried[name] = tried.get(name, 0) + _TURN
            if time.monotonic() >= end:
                break
    print(f"inputs tried: {tried}; turns that broke a property: {broken}")
    return 1 if broken else 0


def _holds(name: str, each: Property) -> bool:
    try:
        each()
    except Exception:  # noqa: BLE001 - whatever breaks a property is what is looked for
        print(f"--- {name} ---\n{traceback.format_exc()[-6000:]}", flush=True)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:2])))
