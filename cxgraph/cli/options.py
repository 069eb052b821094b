"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cxgraph.cli.language import tr
from cxgraph.errors import ParameterError
from cxgraph.tables.addresses import is_warehouse, plain_address
from cxgraph.tables.characters import is_address
from cxgraph.tables.schema import SCORINGS, TABLES
from cxgraph.wording import N_

F = TypeVar("F", bound=Callable[..., Any])


if TYPE_CHECKING:
    FloatType = click.ParamType[float]
else:
    FloatType = click.ParamType  # generic for type checkers only: click before 8.5 has no such brackets


class NumberOrInfinity(FloatType):
    """A number, or ``inf``."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number; a decimal comma is read as well as a point."""
        try:
            return float(str(value).replace(",", "."))
        except ValueError:
            self.fail(tr("{value!r} is not a number.", value=value), param, ctx)


NUMBER = NumberOrInfinity()


class Place(click.Path):
    """A path of a file or folder. An empty text is refused: Python would take it for the current folder.

    Parameters
    ----------
    endings : tuple of str
        What the name of a file to be written may end on, without point; a name without ending is left as it is.
    """

    def __init__(self, endings: tuple[str, ...] = ()) -> None:
        super().__init__(path_type=Path)
        self.endings = endings

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path, or say why it is none that can be meant."""
        if not str(value):
            self.fail(tr("an empty text is no path. (Was a variable of the shell empty?)"), param, ctx)
        if is_address(str(value)):
            self.fail(tr("an address (…://…) is no path of a file or folder."), param, ctx)  # it may hold a password
        path = Path(value)
        ending = path.suffix.lower().lstrip(".")
        if self.endings and ending and ending not in self.endings:
            self.fail(
                tr(
                    "{name!r} does not end like a file that can be written here ({endings}).",
                    name=path.name,
                    endings=", ".join(f".{known}" for known in self.endings),
                ),
                param,
                ctx,
            )
        return path


class OrganizationPlace(Place):
    """A path of a file or folder, or the address of a table of answers in a database."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path, or the address as a path that keeps all of it."""
        if is_warehouse(str(value)):
            return Path(plain_address(str(value)))
        return super().convert(value, param, ctx)


def organization_argument(command: F) -> F:
    """Add the argument ORG: a folder, a file or the address of a table."""
    return click.argument("org", type=OrganizationPlace())(command)


def language_option(command: F) -> F:
    """Add --lang."""
    return click.option("--lang", metavar="en|es", help=tr("Language of the output; the organisation's by default."))(
        command
    )


def named_columns(pairs: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the columns that --column names, by table: ``responses.Area=supplier``.

    Raises
    ------
    ParameterError
        A text without an equals sign.
    """
    found: dict[str, dict[str, str]] = {}
    for pair in pairs:
        header, equals, column = pair.rpartition("=")
        # What looks like an address is said in one piece, from which its password is taken out.
        if not equals or not header.strip() or is_address(pair):
            raise ParameterError(
                N_("--column is {value}; it takes a header and its column, such as Area=supplier."), value=repr(pair)
            )
        table, point, rest = header.partition(".")
        named = (table, rest) if point and table in TABLES else ("services", header)
        found.setdefault(named[0], {})[named[1].strip()] = column.strip()
    return found


def reading_options(command: F) -> F:
    """Add the options that say how the tables are to be read."""
    options = (
        click.option(
            "--scale",
            type=NUMBER,
            nargs=2,
            metavar=tr("BOTTOM TOP"),
            help=tr("Bottom and top of the scores; 0 10 by default."),
        ),
        click.option(
            "--customer",
            "customers",
            multiple=True,
            metavar="ID",
            help=tr("A department whose disappointment is to be explained; may be repeated."),
        ),
        click.option("--period", metavar=tr("PERIOD"), help=tr("The period to read; the latest by default.")),
        click.option(
            "--column",
            "column",
            multiple=True,
            metavar=tr("[TABLE.]HEADER=COLUMN"),
            help=tr("Which column of a table a header of your own is (services by default); may be repeated."),
        ),
        click.option("--encoding", metavar=tr("NAME"), help=tr("Encoding of the tables, where it is guessed wrong.")),
        click.option(
            "--decimal", type=click.Choice([".", ","]), help=tr("Decimal mark of the tables, where it is ambiguous.")
        ),
        language_option,
    )
    return _apply(command, options)


def method_options(command: F) -> F:
    """Add the options of the method."""
    options = (
        click.option(
            "--transmission",
            type=NUMBER,
            metavar="0..1",
            help=tr(
                "How much of the gap that a department receives can show up in what it delivers, for all "
                "departments; by default each one's own value, else the organisation's, else what its scores say of "
                "it (0.6 where they say nothing)."
            ),
        ),
        click.option(
            "--stringency",
            type=NUMBER,
            metavar="1..inf",
            help=tr("How a client feels several gaps: 1 is their average, inf the worst one."),
        ),
        click.option(
            "--halo",
            type=NUMBER,
            metavar="0..0.9",
            help=tr(
                "By how much what a client says of a service lies on what it receives on average; it is taken out of "
                "the scores first (0 by default)."
            ),
        ),
        click.option(
            "--scoring",
            type=click.Choice(SCORINGS),
            help=tr("How expectation and fulfilment become a gap; ratio by default."),
        ),
    )
    return _apply(command, options)


def _apply(command: F, options: tuple[Callable[[F], F], ...]) -> F:
    for option in reversed(options):
        command = option(command)
    return command
