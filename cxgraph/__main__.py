"""``python -m cxgraph`` is ``cxgraph``."""

from __future__ import annotations

try:
    import gc
    import os
    import signal
except KeyboardInterrupt:  # the first modules of ours to be loaded: nobody answers signals yet
    raise SystemExit(130) from None

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType


OBJECTS = 50_000
"""New objects after which a command looks for unreachable ones, where Python's default looks after 700: importing and
tables make many objects that stay, and looking through them again and again was a tenth of a report."""


def leave(number: int, _: FrameType | None) -> None:
    """End at once as shells report a signal: where nothing is written, there is nothing to unwind or to tell of."""
    os._exit(128 + number)


def main() -> None:
    """Run the command line; Ctrl-C ends it without a traceback even before its parts are loaded."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, leave)
    gc.set_threshold(OBJECTS)
    from cxgraph.cli import main as run  # noqa: PLC0415 - the loading is what may be interrupted

    run()


if __name__ == "__main__":
    main()
