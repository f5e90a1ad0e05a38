"""Compiled loops over raw arrays, one concept a file.

Nothing here validates: the rooms above do, and import these files lazily, so that `import netsparse` never
loads numba. Compiled code is cached on disk; the first call of a fresh machine compiles.
"""
