"""The command `repete`: parse, build the real parts, call, print.

Only this package prints or exits. Every command imports what it needs when it runs, so that
`--help` answers at once.
"""

from __future__ import annotations

import sys

import click

from repete import __version__
from repete.cli import (
    analyse,
    catalogue,
    correct,
    export,
    heap,
    library,
    machine,
    moves,
    profile,
    rehearse,
    review,
    trends,
)
from repete.errors import RepeteError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96})
@click.version_option(__version__, message="%(prog)s %(version)s")
def app() -> None:
    """Rehearse out loud: a voice coach that runs on your own computer, in French and English.

    \b
    repete rehearse interrupted        play a situation and get feedback
    repete pitch --seconds 30          time your elevator pitch
    repete analyse memo.m4a            judge any recording
    """


for command in (
    rehearse.rehearse,
    rehearse.pitch,
    rehearse.demo,
    analyse.analyse,
    library.sessions,
    library.show,
    library.play,
    correct.correct,
    library.delete,
    review.review,
    trends.progress,
    export.export,
    export.import_,
    catalogue.scenarios,
    moves.moves,
    machine.devices,
    machine.voices,
    machine.doctor,
    profile.profile,
):
    app.add_command(command)


def main() -> None:
    """Run the command line; failures become one sentence and exit code 2."""
    heap.keep_small()
    try:
        app(standalone_mode=False)
    except RepeteError as error:
        sys.exit(_failed(str(error)))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has gone: nothing more to say
        sys.exit(0)


def _failed(text: str) -> int:
    from repete.cli.screen import complain

    complain(text)
    return 2
