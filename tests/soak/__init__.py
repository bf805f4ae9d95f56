"""Long runs: `make soak`. Each prints its figures and its seed, and ends by itself."""
