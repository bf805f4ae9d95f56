"""The whole system through its front door, judged by the simulators' journals."""
