"""The 8 x 8 digits that come with scikit-learn."""

from __future__ import annotations

import numpy as np

from netsparse.datasets.dataset import Dataset
from netsparse.datasets.order import fixed_permutation
from netsparse.errors import InvalidInput

N_TEST = 360
INK_LEVELS = 16
SPLIT_SEED = 8_8


def load_digits() -> Dataset:
    """Load scikit-learn's 1,797 digits as float32 in [0, 1], 1,437 for training and 360 for testing."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise InvalidInput("data set digits comes with scikit-learn: pip install scikit-learn") from None
    images, labels = load_digits(return_X_y=True)
    images = (images / INK_LEVELS).astype(np.float32)
    order = fixed_permutation(len(labels), SPLIT_SEED)
    train, test = order[N_TEST:], order[:N_TEST]
    return Dataset("digits", images[train], labels[train], images[test], labels[test], (8, 8), 10)
