"""The name under which version 0.1 kept the published models: use `cxgraph.alternatives.models`."""

from __future__ import annotations

import warnings

from cxgraph.alternatives.models import *  # noqa: F403

warnings.warn(
    "cxgraph.opinions is called cxgraph.alternatives.models since version 0.2; the old name goes with version 0.3.",
    DeprecationWarning,
    stacklevel=2,
)
