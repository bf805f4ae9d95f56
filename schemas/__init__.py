"""What documents are: canonical forms, messages, and both systems' own shapes. Pure."""
