"""Benchmarks: the rival and netsparse side by side, ratios of minima over alternated repeats."""
