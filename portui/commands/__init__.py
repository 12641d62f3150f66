"""The plain commands, for scripts, pipes and quick answers: one module each.

A command's module has a `DESCRIPTION`, `add_arguments(parser)` and `async run(options, compose)`,
as `Command` says. `--help` imports it, so at its top it imports the standard library alone; what
`run` needs is imported there. Data goes to standard output, everything else to standard error.
"""
