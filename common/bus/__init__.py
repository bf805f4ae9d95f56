"""The bus: topology, the broker that does not lose messages, the publisher."""
