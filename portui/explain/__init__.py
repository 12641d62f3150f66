"""Messages for the operator: the only place that puts errors and outcomes into words."""
