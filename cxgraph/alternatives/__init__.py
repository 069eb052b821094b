"""Alternative models: published measures of dependency (`models`), and how our ranking compares (`compare`)."""

from cxgraph.alternatives.models import *  # noqa: F403
