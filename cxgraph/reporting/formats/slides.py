"""The brief as slides: native charts and text that can be edited; only the tower is a picture."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from cxgraph.drawing.figures import figure_bytes
from cxgraph.drawing.tower.figure import draw_tower
from cxgraph.errors import OutputError
from cxgraph.reporting.blocks import cell_text
from cxgraph.reporting.brief import Brief, build_brief
from cxgraph.reporting.formats.fitting import column_widths, lines_size, table_height, table_size
from cxgraph.reporting.summary import likeliest_first, short_name
from cxgraph.wording import N_

if TYPE_CHECKING:
    from cxgraph.reporting.context import ReportContext

_DAY = datetime.datetime(2000, 1, 1)
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms)")
_WIDTH, _HEIGHT, _MARGIN = 13.333, 7.5, 0.6
_RED = "8C0D25"


def render_slides(context: ReportContext) -> bytes:
    """Return the brief as the bytes of a .pptx file.

    Parameters
    ----------
    context : ReportContext
        Study and language.

    Returns
    -------
    bytes
        Equal studies give equal bytes: times in the file are fixed.

    Raises
    ------
    OutputError
        python-pptx is not installed.
    """
    try:
        import pptx  # noqa: PLC0415 - an extra: nobody needs it who asks for no slides
    except ImportError:
        raise OutputError(
            N_("Slides need the package python-pptx, which is not installed: pip install 'cxgraph[slides]'.")
        ) from None
    deck = _Deck(pptx.Presentation(), context)
    deck.write(build_brief(context))
    stream = io.BytesIO()
    deck.show.save(stream)
    return _undated(stream.getvalue())


class _Deck:
    """A presentation that is being written, one method a slide."""

    def __init__(self, show: Any, context: ReportContext) -> None:
        from pptx.util import Inches, Pt  # noqa: PLC0415

        self.show, self.context, self.translate = show, context, context.translate
        self.inches, self.points = Inches, Pt
        show.slide_width, show.slide_height = Inches(_WIDTH), Inches(_HEIGHT)
        properties = show.core_properties
        properties.title = context.analysis.organization.name
        properties.author = properties.last_modified_by = "cxgraph"
        properties.created = properties.modified = _DAY
        properties.revision = 1

    def write(self, brief: Brief) -> None:
        translate = self.translate
        self._title(brief)
        self._tower()
        self._causes(brief)
        self._paths(brief)
        self._confidence(brief)
        self._list(
            translate("What to do, and how far to trust it"), [f"{label}: {text}" for label, text in brief.sentences]
        )
        self._appendix(brief)

    def _slide(self, title: str) -> Any:
        slide = self.show.slides.add_slide(self.show.slide_layouts[5])
        shape = slide.shapes.title
        shape.left, shape.top = self.inches(_MARGIN), self.inches(0.3)
        shape.width, shape.height = self.inches(_WIDTH - 2 * _MARGIN), self.inches(1.0)
        shape.text_frame.text = title
        self._look(shape.text_frame, 28, bold=True)
        return slide

    def _look(self, frame: Any, size: int, *, bold: bool = False) -> None:
        from pptx.enum.text import PP_ALIGN  # noqa: PLC0415

        frame.word_wrap = True
        for paragraph in frame.paragraphs:
            paragraph.alignment = PP_ALIGN.LEFT
            paragraph.font.size = self.points(size)
            paragraph.font.bold = bold

    def _text(self, slide: Any, top: float, lines: list[str], size: int = 18, height: float = 5.0) -> None:
        box = slide.shapes.add_textbox(
            self.inches(_MARGIN), self.inches(top), self.inches(_WIDTH - 2 * _MARGIN), self.inches(height)
        )
        frame = box.text_frame
        frame.text = lines[0] if lines else ""
        for line in lines[1:]:
            frame.add_paragraph().text = line
        size = lines_size(lines, _WIDTH - 2 * _MARGIN, size, height)
        self._look(frame, size)
        for paragraph in frame.paragraphs:
            paragraph.space_after = self.points(size // 3)

    def _title(self, brief: Brief) -> None:
        slide = self._slide(short_name(self.context.analysis.organization.name, 12, 80))
        self._text(slide, 1.5, [brief.finding], 32, 2.0)
        self._text(
            slide,
            3.9,
            [f"{brief.badge} · {brief.badge_note}" if brief.badge_note else brief.badge, brief.basis],
            16,
            1.0,
        )
        self._table(
            slide,
            5.1,
            [
                [figure.label for figure in brief.figures],
                [figure.text for figure in brief.figures],
                [figure.note for figure in brief.figures],
            ],
            14,
        )

    def _tower(self) -> None:
        from PIL import Image  # noqa: PLC0415 - python-pptx brings it

        slide = self._slide(self.translate("The champagne tower"))
        content = figure_bytes(draw_tower(self.context.analysis, language=self.context.recipe.locale), "png")
        width, height = Image.open(io.BytesIO(content)).size
        room, tall = _WIDTH - 2 * _MARGIN, _HEIGHT - 1.5
        scale = min(room / width, tall / height)
        picture = slide.shapes.add_picture(
            io.BytesIO(content),
            self.inches(_MARGIN + (room - scale * width) / 2),
            self.inches(1.3),
            self.inches(scale * width),
            self.inches(scale * height),
        )
        picture._element._nvXxPr.cNvPr.set(
            "descr", self.translate(N_("The champagne tower: how full each department's glass is, and what it pours."))
        )

    def _bars(self, slide: Any, labels: list[str], values: list[float], name: str, height: float = 3.2) -> None:
        from pptx.chart.data import CategoryChartData  # noqa: PLC0415
        from pptx.dml.color import RGBColor  # noqa: PLC0415
        from pptx.enum.chart import XL_CHART_TYPE  # noqa: PLC0415

        data = CategoryChartData(number_format="0.0%")
        data.categories = labels
        data.add_series(name, values)
        chart = slide.shapes.add_chart(
            XL_CHART_TYPE.BAR_CLUSTERED,
            self.inches(_MARGIN),
            self.inches(1.4),
            self.inches(_WIDTH - 2 * _MARGIN),
            self.inches(height),
            data,
        ).chart
        chart.has_legend, chart.has_title = False, True
        chart.chart_title.text_frame.text = name
        chart.category_axis.reverse_order = True
        chart.value_axis.visible = False
        chart.value_axis.has_major_gridlines = False
        chart.font.size = self.points(14)
        plot = chart.plots[0]
        plot.gap_width, plot.has_data_labels = 40, True
        plot.series[0].format.fill.solid()
        plot.series[0].format.fill.fore_color.rgb = RGBColor.from_string(_RED)

    def _table(self, slide: Any, top: float, rows: list[list[str]], size: int = 12, below: float = 0.3) -> float:
        """Write a table in the largest type that fits, `below` inches kept free; return where it ends."""
        width = _WIDTH - 2 * _MARGIN
        size = table_size(rows, width, size, _HEIGHT - below - top)
        widths = column_widths(rows, width, size)
        height = table_height(rows, widths, size)
        shape = slide.shapes.add_table(
            len(rows), len(rows[0]), self.inches(_MARGIN), self.inches(top), self.inches(width), self.inches(height)
        )
        for column, wide in zip(shape.table.columns, widths, strict=True):
            column.width = self.inches(float(wide))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                frame = shape.table.cell(row, column).text_frame
                frame.text = text
                self._look(frame, size, bold=row == 0)
        return top + height

    def _causes(self, brief: Brief) -> None:
        translate = self.translate
        slide = self._slide(translate("Root causes"))
        if not brief.causes:
            self._text(slide, 1.5, [brief.finding])
            return
        self._bars(
            slide,
            [cause.name for cause in brief.causes],
            [cause.share for cause in brief.causes],
            translate("share of the customers' gap"),
            2.7,
        )
        head = [
            translate("department"),
            translate("interval"),
            translate("costliest service"),
            translate("fix and effect"),
        ]
        self._table(
            slide,
            4.2,
            [head, *([one.name, one.interval_text or "–", one.service, one.fix] for one in brief.causes)],
            11,
        )

    def _paths(self, brief: Brief) -> None:
        translate = self.translate
        slide = self._slide(translate("The heaviest paths from root cause to customers, with their share of the gap"))
        rows = [
            [" → ".join(path.names), " → ".join(path.services), translate.percent(path.share)]
            for path in self.context.results.trace.paths[:8]
        ]
        if not rows:
            self._text(slide, 1.6, [brief.finding])
            return
        head = [translate("path"), translate("services"), translate("share of the customers' gap")]
        self._table(slide, 1.5, [head, *([short_name(cell, 30, 120) for cell in row] for row in rows)], 13)

    def _confidence(self, brief: Brief) -> None:
        translate, results = self.translate, self.context.results
        slide = self._slide(translate("Confidence and sensitivity"))
        likely = likeliest_first(results.published, results.intervals, 5)
        if likely:
            self._bars(
                slide,
                [name for name, _ in likely],
                [chance for _, chance in likely],
                translate("probability of the first place"),
            )
        told = dict(brief.sentences)
        labels = [label for label, _ in brief.sentences][-2:]
        self._text(
            slide, 4.8 if likely else 1.5, [brief.badge, *(f"{label}: {told[label]}" for label in labels)], 14, 2.4
        )

    def _list(self, title: str, lines: list[str]) -> None:
        self._text(self._slide(title), 1.5, lines, 18)

    def _appendix(self, brief: Brief) -> None:
        translate = self.translate
        slide = self._slide(translate("Appendix"))
        recipe = self.context.recipe.command
        if brief.actions is None:
            self._text(slide, 1.5, [translate("no improvement log is kept"), recipe], 14)
            return
        grid = brief.actions
        rows = [[column.heading for column in grid.columns]]
        rows += [
            [cell_text(column.cells[row], column, translate) for column in grid.columns] for row in range(grid.length)
        ]
        end = self._table(slide, 1.5, rows, 12, below=1.1)
        self._text(slide, end + 0.1, [f"{grid.caption}. {brief.actions_note}", recipe], 12, 0.9)


def _undated(content: bytes) -> bytes:
    """Return a zip archive with fixed times in its directory and its properties, also in workbooks inside it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.endswith(".xlsx"):
                data = _undated(data)
            elif entry.filename == "docProps/core.xml":
                data = _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", data)
            told = zipfile.ZipInfo(entry.filename, _ZIP_DAY)
            told.compress_type, told.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(told, data)
    return stream.getvalue()
