"""The process that judges, which the server starts: `python -m cepage.echanges.canaux.ftps`."""

import signal
import sys

import django

if __name__ == "__main__":
    # A person at the keyboard stops the server; this process then ends with its pipe, after the file under way.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    django.setup()
    from cepage.echanges.canaux.ftps.releve import principal

    sys.exit(principal())
