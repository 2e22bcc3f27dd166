"""`python -m repete` is the command `repete`."""

from repete.cli import main

main()
