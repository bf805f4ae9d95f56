"""JAGGAER's J1P shapes: what its REST resources take and give, as JSON."""
