"""Compare experiments: the differences of their scores, and the galaxies on which they differ, on one page.

Each NAME is a DVC experiment, a branch or another revision; `workspace` is what is there now. All are compared with
the first one, on the galaxies that tested both: paired tests say which differences are real, pictures show of which
galaxies one is right and the other wrong. Runs of one task are compared, at whatever confidence, and those of all
answers with those that were asked the study's questions. The page is plots/compare.html, or PAGE.

  tuning-fork compare main augmented
  tuning-fork compare plain augmented workspace --output compared.html
"""

import argparse
from pathlib import Path

from tuning_fork.core.errors import UserError
from tuning_fork.pages.own_files import may_be_written

MARK = b"<title>Compared: "


def main() -> None:
    """Compare what the arguments name."""
    arguments = parse_arguments()
    if not Path("dvc.yaml").exists():
        raise UserError("dvc.yaml: not here: run `tuning-fork compare` in the project's folder")
    from tuning_fork.comparing.page import summary_table, write_comparison
    from tuning_fork.comparing.pairs import compared, paired
    from tuning_fork.comparing.revisions import Revision
    from tuning_fork.reporting.terminal import show_tables

    first, *others = runs = [Revision.named(name) for name in arguments.names]
    pairs = [paired(first, other) for other in others]
    evaluation = first.params["evaluation"]
    comparisons = compared(pairs, evaluation["bootstrap"], evaluation["seed"])
    write_comparison(arguments.output, runs, comparisons, evaluation["bootstrap"])
    for pair in pairs:
        if pair is not pairs[0]:
            print()
        title = f"{pair.second} beside {pair.first}, on {len(pair.of_first.ids):,} galaxies that tested both"
        pages = [arguments.output] if pair is pairs[-1] else []
        show_tables(title, [summary_table([one for one in comparisons if one.pair is pair])], pages)


def parse_arguments() -> argparse.Namespace:
    """Return the command's arguments; a UserError if the page would cost a file."""
    parser = argparse.ArgumentParser(
        prog="tuning-fork compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="+", metavar="NAME", help="two or more experiments, branches or revisions")
    parser.add_argument(
        "--output", type=Path, default="plots/compare.html", metavar="PAGE", help="the page to write (%(default)s)"
    )
    arguments = parser.parse_args()
    if len(set(arguments.names)) < max(2, len(arguments.names)):
        parser.error("two or more different NAMEs are needed, such as: main augmented")
    output = arguments.output
    if output.suffix != ".html":
        raise UserError(f"--output {output}: the page is a .html: name such a file")
    if not may_be_written(output, MARK):
        raise UserError(f"--output {output}: is there already, and not by this command: name another")
    return arguments
