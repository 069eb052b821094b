"""``python -m cxgraph`` is ``cxgraph``."""

from __future__ import annotations

import signal


def main() -> None:
    """Run the command line; Ctrl-C ends it without a traceback even before its parts are loaded."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from cxgraph.cli import main as run  # noqa: PLC0415 - the loading is what may be interrupted

    run()


if __name__ == "__main__":
    main()
