"""Errors and outcomes in the operator's words; the only place that words them."""
