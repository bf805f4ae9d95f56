"""What people use: the ml-connector command."""
