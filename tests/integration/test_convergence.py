"""Suppliers, accounts and cost centers that either side changes: both come to have the same, and nothing goes in circles.

Both systems are simulated over real HTTP; what is judged is what they have and their journals, not our ledger.
"""

