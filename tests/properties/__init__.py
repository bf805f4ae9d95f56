"""What must hold for every document, checked with generated ones."""
