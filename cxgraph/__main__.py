"""``python -m cxgraph`` is ``cxgraph``."""

from cxgraph.cli import main

main()
