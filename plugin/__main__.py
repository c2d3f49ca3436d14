"""`python -m plugin` is `escalation`."""

from plugin.cli import main

main()
