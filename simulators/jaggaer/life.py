"""A life of the instance's own: what suppliers and people do in JAGGAER, each act with its entry in the journal.

`simulator.life.confirm`, `ship`, `receive`, `return_goods`, `correct_receipt`, `cancel_receipt`, `invoice`,
`credit_memo`, `cancel_invoice`, `add_supplier`, `edit_supplier`, `add_value`, `edit_value`, and `play`, which does
whole cycles. An act may be done from another thread than the one that serves.
"""

from simulators.jaggaer.life_masters import Masters
from simulators.jaggaer.life_play import Playing


class Life(Playing, Masters):
    """All acts."""
