"""Options: what can be done about a plan that will be late, too dear or too one-sided.

Pure functions: a problem in, a `Result` out, with its bound and its gap. How each is worked out,
and what it does not do, is in docs/methods/options.md.
"""
