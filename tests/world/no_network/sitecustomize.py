"""Ends the process that reaches for the network: Repete works without one, and this proves it."""

import os
import sys


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    reaches = event in {"socket.getaddrinfo", "socket.gethostbyname"}
    if event == "socket.connect":
        reaches = isinstance(arguments[1], tuple)  # a path is a socket of this machine
    if reaches:
        os.write(2, f"the network was reached for: {event} {arguments[1:]}\n".encode())
        os._exit(99)


sys.addaudithook(_guard)
