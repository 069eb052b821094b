"""``python -m cxgraph`` is ``cxgraph``."""

from __future__ import annotations

try:
    import atexit
    import gc
    import os
    import signal
    import sys
except KeyboardInterrupt:  # the first modules of ours to be loaded: nobody answers signals yet
    raise SystemExit(130) from None

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType


OBJECTS = 400_000
"""New objects after which a command looks for unreachable ones, where Python's default looks after 700: importing and
tables make many objects that stay, and looking through them again and again was a tenth of a report."""


BLAS_THREADS = "OPENBLAS_NUM_THREADS"
"""How numpy's and scipy's linear algebra is told how many threads to start. The dense systems of a command are small,
and threads that wait for work burn a tenth of a second of the processor; who sets the number keeps it."""


def leave(number: int, _: FrameType | None) -> None:
    """End at once as shells report a signal: where nothing is written, there is nothing to unwind or to tell of."""
    os._exit(128 + number)


def watched() -> bool:
    """Tell whether a debugger, a profiler or a measurer of coverage follows this program, or ``-i`` asks to go on."""
    monitoring = getattr(sys, "monitoring", None)  # since Python 3.12
    followed = sys.gettrace() or sys.getprofile() or (monitoring and any(map(monitoring.get_tool, range(6))))
    return bool(followed or sys.flags.inspect)


def end(code: int) -> None:
    """End with all written and told, but without throwing away object by object what the system takes back at once.

    Python frees everything that pandas and scipy have loaded before it ends: a twentieth of a short command. Where
    something cannot be written, this returns, and Python's own end tells of it.
    """
    atexit._run_exitfuncs()  # what libraries asked to have done, as Python does it
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return
    os._exit(code)


def main() -> None:
    """Run the command line as a whole program; Ctrl-C ends it without a traceback even before its parts are loaded."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, leave)
    gc.set_threshold(OBJECTS)
    os.environ.setdefault(BLAS_THREADS, "1")
    from cxgraph.cli import main as run  # noqa: PLC0415 - the loading is what may be interrupted

    try:
        run()
    except SystemExit as ended:
        if isinstance(ended.code, int) and not watched():
            end(ended.code)
        raise


if __name__ == "__main__":
    main()
