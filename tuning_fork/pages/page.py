"""Reports as one self-contained HTML page, and as Markdown."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib.figure import Figure

from tuning_fork.core.files import whole_file


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, and a table or a figure with its caption under them."""

    title: str
    text: tuple[str, ...] = ()
    table: pd.DataFrame | None = None
    figure: str | None = None
    caption: str = ""


def svg_of(figure: Figure) -> bytes:
    """Return a figure as SVG, the same bytes for the same figure."""
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "figure", "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None})
    return buffer.getvalue()


def embedded(figure: Figure) -> str:
    """Return a figure as a data URI, the same for the same figure."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg_of(figure)).decode()}"


def embedded_file(path: Path) -> str:
    """Return a PNG file as a data URI."""
    return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"


def write_page(path: Path, title: str, introduction: str, sections: list[Section]) -> None:
    """Write the page: nothing in it comes from elsewhere."""
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    page = environment.get_template("page.html.jinja").render(title=title, introduction=introduction, sections=sections)
    with whole_file(path) as part:
        part.write_text(page + "\n", encoding="utf-8")


def write_markdown(path: Path, title: str, introduction: str, sections: list[Section]) -> None:
    """Write the same without the figures."""
    with whole_file(path) as part:
        part.write_text(markdown(title, introduction, sections), encoding="utf-8")


def markdown(title: str, introduction: str, sections: list[Section]) -> str:
    """Return a page without figures as Markdown; what is in titles, texts and tables is Markdown too."""
    parts = [f"# {title}", introduction]
    for section in sections:
        if section.figure is None:
            parts += [f"## {section.title}", *section.text]
            if section.table is not None:
                parts.append(section.table.to_markdown(disable_numparse=True))
    return "\n\n".join(parts) + "\n"
