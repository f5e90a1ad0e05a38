"""The real data that netsparse carries: a class-balanced sample of Fashion-MNIST; see README.md beside this file.

Read it with ``netsparse.datasets.load("fashion-mnist-6k")``.
"""
