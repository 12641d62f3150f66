"""Pipeline ports: the model, editing, display and export."""
