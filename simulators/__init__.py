"""Oracle Fusion and JAGGAER as servers with a journal of their own; they share no code with the product."""
