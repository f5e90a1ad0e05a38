"""The study of arXiv:2602.21961: trained, attacked, measured, judged; ``python -m analysis.robustness``."""
