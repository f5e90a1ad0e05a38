"""Settings all tests share."""

import os

import hypothesis

# No deadlines: a noisy machine is no bug. In CI the examples are the same in every run.
hypothesis.settings.register_profile("netsparse", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("netsparse")
