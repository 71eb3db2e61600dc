"""Pages: one self-contained HTML file each, in the project's look; and the same as Markdown.

Nothing in a page comes from elsewhere, and nothing but its own script may run in it.
"""

import base64
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib.figure import Figure
from PIL import Image

from tuning_fork.core.files import whole_file
from tuning_fork.figures.palette import css_variables
from tuning_fork.figures.svg import svg_of

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, and a table or a figure with its caption under them."""

    title: str
    text: tuple[str, ...] = ()
    table: pd.DataFrame | None = None
    figure: str | None = None
    caption: str = ""


def embedded(figure: Figure) -> str:
    """Return a figure as a data URI, the same for the same figure."""
    return data_uri(svg_of(figure), "image/svg+xml")


def picture_uri(pixels: np.ndarray) -> str:
    """Return a picture, uint8 (height, width, 1 or 3), as a data URI of a JPEG."""
    buffer = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(buffer, "JPEG", quality=90)
    return data_uri(buffer.getvalue(), "image/jpeg")


def data_uri(content: bytes, kind: str) -> str:
    """Return content of that MIME type as a data URI."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def write_html(path: Path, template: Path, script: str = "", pictures: str = "data:", **values: object) -> None:
    """Write a page from a Jinja template that extends base.html.jinja, given the values that it names.

    `base.html.jinja` has the blocks `head`, `title`, `style` for rules of the page's own, and `content`; values are
    escaped, and of file names what is no text is a question mark. `script` is the page's own JavaScript, the only one
    that its policy lets run, and `pictures` are the sources of images that it lets load.
    """
    loader = FileSystemLoader([template.parent, HERE])
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    frame = {
        "look": css_variables() + (HERE / "style.css").read_text(encoding="utf-8"),
        "script": script,
        "pictures": pictures,
        "script_source": f"'sha256-{digest}'" if script else "'none'",
    }
    page = environment.get_template(template.name).render(**frame, **values)
    with whole_file(path) as part:
        part.write_text(page + "\n", encoding="utf-8", errors="replace")


def write_page(path: Path, title: str, introduction: str, sections: list[Section]) -> None:
    """Write a page of sections one below the other."""
    template = HERE / "sections.html.jinja"
    write_html(path, template, title=title, introduction=introduction, sections=sections)


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
