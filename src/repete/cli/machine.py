"""`repete devices`, `repete voices`, `repete doctor`: what this computer has."""

from __future__ import annotations

import sys

import click

from repete.cli import options


@click.command()
@options.as_json
def devices(as_json: bool) -> None:
    """List microphones and loudspeakers."""
    from repete import sound
    from repete.cli import screen

    out = screen.console()
    for device in sound.devices():
        if as_json:
            screen.json_line(device)
            continue
        kinds = []
        if device.inputs:
            kinds.append("microphone" + (" (default)" if device.is_default_input else ""))
        if device.outputs:
            kinds.append("loudspeaker" + (" (default)" if device.is_default_output else ""))
        out.print(
            f"{device.number:>3}  {device.name:<40} {', '.join(kinds)}",
            markup=False,
            soft_wrap=True,
        )


@click.command()
@options.language
@click.option("--say", metavar="TEXT", help="Hear the coach's voice say something.")
@options.as_json
def voices(language: str | None, say: str | None, as_json: bool) -> None:
    """List the voices of this computer, and which ones Repete uses."""
    from repete import sound
    from repete.cli import screen
    from repete.errors import VoiceError
    from repete.model import LANGUAGES
    from repete.voices.system import list_voices, system_voice

    voice = system_voice()
    if say:
        sound.play(voice.say(say, options.language_or_locale(language)))
        return
    used: dict[str, str] = {}
    for spoken in LANGUAGES:
        try:
            for role in ("coach", "woman", "man"):
                chosen = voice.choose(spoken, role).split("+", maxsplit=1)[0]
                used[chosen] = f"{used[chosen]}, {role}" if chosen in used else f"{spoken} {role}"
        except VoiceError:
            continue
    for found in list_voices():
        if language and not any(item.startswith(language) for item in found.languages):
            continue
        if as_json:
            screen.json_line(found)
        else:
            mark = f"  <- {used[found.id]}" if found.id in used else ""
            click.echo(f"{found.id:<32} {found.name}{mark}")


@click.command()
@click.option("--input", "source", metavar="DEVICE", help="Microphone to check.")
@click.option("--output", metavar="DEVICE", help="Loudspeaker to check.")
@options.model
@options.as_json
def doctor(source: str | None, output: str | None, model: str, as_json: bool) -> None:
    """Check microphone, speaker and the echo between them, voices, model and disk.

    Says the cure of what fails; plays a short rising tone.
    """
    from rich.text import Text

    from repete import checkup
    from repete.cli import screen

    out = screen.console()
    failed = False
    for finding in checkup.examine(source, model, output):
        failed = failed or not finding.is_well
        if as_json:
            screen.json_line(finding)
        else:
            mark = Text("✓ ", "green") if finding.is_well else Text("✗ ", "red")
            out.print(mark + Text(f"{finding.part:<12} {finding.text}", "not bold"), soft_wrap=True)
    if failed:
        sys.exit(1)
