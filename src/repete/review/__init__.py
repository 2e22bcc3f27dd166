"""Review: the local page where a take is heard, seen and compared.

`render` makes HTML of values, `serve` routes, `guard` keeps everybody else out.
"""
