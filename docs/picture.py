"""Draw the picture of the README: a real demo take as the terminal shows it.

.venv/bin/python docs/picture.py
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from repete import scenario
from repete.cli import screen
from repete.model import Take
from repete.phrases import phrase


def main() -> None:
    """Run the demo and draw it beside this file."""
    done = subprocess.run(
        [sys.executable, "-m", "repete", "demo", "--lang", "en", "--json", "--output", "none"],
        capture_output=True,
        check=True,
    )
    take = msgspec.json.decode(done.stdout, type=Take)
    brief = scenario.find("interrupted").brief("en", "network")
    out = Console(record=True, width=92, file=io.StringIO(), highlight=False)
    out.print(Text("$ repete rehearse interrupted", "bold"))
    screen.situation(out, brief)
    screen.spoken(out, brief.partner, "partner")
    out.print(Text(f"\n{phrase('en', 'screen', 'your_turn')}", "bold green"))
    screen.take(out, take)
    drawn = out.export_svg(title="repete")
    local = re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.DOTALL)  # no font from elsewhere
    Path(__file__).with_name("rehearsal.svg").write_text(local, encoding="utf-8")


if __name__ == "__main__":
    main()
