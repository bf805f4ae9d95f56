"""docker compose as a user runs it; needs Docker, so it is apart from `make test`: `make test-compose`."""
