"""The benchmark of GPUs, on whatever device there is."""

import torch

from analysis.benchmarks import gpu
from netsparse import generate


def test_the_contest_compares_equal_trainings(monkeypatch):
    monkeypatch.setattr(gpu, "EPOCH", 200)
    network = generate.erdos_renyi((30, 20, 20, 5), 0.2, rng=0)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    frame = gpu.contest(network, batch=16, part=1.0, device=device, repeats=1)
    assert list(frame.contender) == [gpu.OURS, "masked PyTorch", "dense PyTorch"]
    assert (frame.seconds > 0).all() and frame.ratio_to_ours[0] == 1


def test_without_a_device_nothing_is_measured_or_written(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(gpu, "report", None)
    assert gpu.run(quick=True) is None
    assert "no CUDA device" in capsys.readouterr().out
