"""Workers take tickets off the bus and do one bounded piece of work each.

`dramatiq workers -Q jaggaer.deliver` imports this package and asks it for a broker, so under dramatiq's own command it
loads `workers.cluster`, which declares the actors on RabbitMQ. Everyone else (the one-process system, tests) imports
the parts and declares them on a bus of their own.
"""

import sys

if "dramatiq.cli" in sys.modules:
    import workers.cluster as _cluster  # noqa: F401 - its import declares the actors
