"""What every room stands on, as shelves that import downward only (see ARCHITECTURE.md, "Shelves")."""
