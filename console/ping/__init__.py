"""`ml-connector ping`: whether each connection works, step by step, without any effect on either system."""
