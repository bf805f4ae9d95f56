"""Oracle Fusion's own shapes: what its REST resources send, read into canonical documents."""
