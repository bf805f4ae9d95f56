"""`ml-connector demo`: a whole system with both simulators, shown at work on any machine."""
