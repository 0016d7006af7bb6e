"""How many cases of each property are tried: `PARITY_EXAMPLES`, 500 by default, the same ones each time."""

import os

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "parity",
    max_examples=int(os.environ.get("PARITY_EXAMPLES", "500")),
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    print_blob=True,
)
settings.load_profile("parity")
