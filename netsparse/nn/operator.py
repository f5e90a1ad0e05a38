r"""The product of samples with a sparse layer as an operator of torch, with its gradients of any order.

:math:`F(x, w, b) = x B + b` and its backward :math:`G(g, x, w) = (g B^T, \; (\sum_s x_{s r} g_{s c})_{rc}, \; \sum_s
g_s)`, B the sparse matrix of the link weights w. They are a closed family: for the derivatives h of the three results
of G,

.. math:: \partial g = F(h_x, w, h_b) + F(x, h_w, 0), \qquad (\partial x, \partial w) = G(g, h_x, h_w),

so that gradients of gradients are right too. As operators with a fake implementation they pass through
``torch.compile``, ``torch.export`` and the function transforms of ``torch.func`` in one piece; kernels are imported
when one is first computed.
"""

from __future__ import annotations

import torch
from torch import Tensor

from netsparse.nn.tensors import array_of
from netsparse.nn.topology import Shape, links_of

_LIBRARY = torch.library.Library("netsparse", "DEF")
_LIBRARY.define(
    "sparse_linear(Tensor x, Tensor weight, Tensor? bias, Tensor indptr, Tensor columns, int n_columns) -> Tensor",
    tags=torch.Tag.pt2_compliant_tag,
)
_LIBRARY.define(
    "sparse_linear_backward(Tensor grad, Tensor x, Tensor weight, Tensor indptr, Tensor columns, bool want_x)"
    " -> (Tensor, Tensor, Tensor)",
    tags=torch.Tag.pt2_compliant_tag,
)
_forward = torch.ops.netsparse.sparse_linear.default
_backward = torch.ops.netsparse.sparse_linear_backward.default


@torch.library.impl(_LIBRARY, "sparse_linear", "CPU")
def _compute(x: Tensor, weight: Tensor, bias: Tensor | None, indptr: Tensor, columns: Tensor, n_columns: int) -> Tensor:
    from netsparse.kernels.product import product

    shape = x.shape[1], n_columns
    _check_parameters(shape, columns, x=x, weight=weight, bias=bias)
    links = links_of(indptr, columns, shape)
    y = x.new_empty(len(x), n_columns)
    bias = x.new_zeros(n_columns) if bias is None else bias
    product(links, *(array_of(tensor.contiguous()) for tensor in (weight, bias, x)), array_of(y))
    return y


@torch.library.impl(_LIBRARY, "sparse_linear_backward", "CPU")
def _compute_backward(
    grad: Tensor, x: Tensor, weight: Tensor, indptr: Tensor, columns: Tensor, want_x: bool
) -> tuple[Tensor, Tensor, Tensor]:
    from netsparse.kernels.product import product_gradients

    shape = x.shape[1], grad.shape[1]
    _check_parameters(shape, columns, x=x, weight=weight, grad=grad)
    links = links_of(indptr, columns, shape)
    of_x, of_weight, of_bias = _empty_gradients(grad, x, weight, want_x)
    of_weight.zero_(), of_bias.zero_()
    arguments = (weight, x, grad, of_x, of_weight, of_bias)
    product_gradients(links, *(array_of(tensor.contiguous()) for tensor in arguments))
    return of_x, of_weight, of_bias


@torch.library.register_fake("netsparse::sparse_linear")
def _(x, weight, bias, indptr, columns, n_columns):
    return x.new_empty(x.shape[0], n_columns)


@torch.library.register_fake("netsparse::sparse_linear_backward")
def _(grad, x, weight, indptr, columns, want_x):
    return _empty_gradients(grad, x, weight, want_x)


def _empty_gradients(grad: Tensor, x: Tensor, weight: Tensor, want_x: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Return room for the gradients of x (no samples unless it is wanted), weight and bias."""
    return (
        x.new_empty(x.shape if want_x else (0, x.shape[1])),
        weight.new_empty(weight.shape),
        grad.new_empty(grad.shape[1]),
    )


def _check_parameters(shape: Shape, columns: Tensor, **tensors: Tensor | None) -> None:
    """Raise an error unless the tensors fit the layer and each other: compiled loops trust them."""
    n_rows, n_columns = shape
    weight, n_samples = tensors["weight"], len(tensors["x"])
    expected = {
        "x": (n_samples, n_rows),
        "weight": (columns.numel(),),
        "bias": (n_columns,),
        "grad": (n_samples, n_columns),
    }
    for name, tensor in tensors.items():
        if tensor is None:
            continue
        if tensor.shape != expected[name]:
            raise ValueError(f"{name} must have shape {expected[name]}, got {tuple(tensor.shape)}")
        if tensor.dtype != weight.dtype:
            raise TypeError(f"{name} is {tensor.dtype}, but weight {weight.dtype}")


class _Product(torch.autograd.Function):
    """F with its derivative; torch's function transforms need it as a Function, and it costs less than a dispatch."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x, weight, bias, indptr, columns, n_columns):
        return _forward(x, weight, bias, indptr, columns, n_columns)

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, weight, _, indptr, columns, _ = inputs
        ctx.save_for_backward(x, weight, indptr, columns)

    @staticmethod
    def backward(ctx, grad):
        want_x, want_weight, want_bias = ctx.needs_input_grad[:3]
        of_x, of_weight, of_bias = _Gradients.apply(grad, *ctx.saved_tensors, want_x)
        wanted = (of_x, want_x), (of_weight, want_weight), (of_bias, want_bias)
        return *(gradient if want else None for gradient, want in wanted), None, None, None


class _Gradients(torch.autograd.Function):
    """G with its derivative."""

    generate_vmap_rule = True

    @staticmethod
    def forward(grad, x, weight, indptr, columns, want_x):
        return _backward(grad, x, weight, indptr, columns, want_x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        *tensors, ctx.want_x = inputs
        ctx.save_for_backward(*tensors)

    @staticmethod
    def backward(ctx, of_x, of_weight, of_bias):
        grad, x, weight, indptr, columns = ctx.saved_tensors
        n_columns = grad.shape[-1]
        of_x = of_x if ctx.want_x else torch.zeros_like(x)
        of_grad = _Product.apply(of_x, weight, of_bias, indptr, columns, n_columns)
        of_grad = of_grad + _Product.apply(x, of_weight, None, indptr, columns, n_columns)
        of_x, of_weight, _ = _Gradients.apply(grad, of_x, of_weight, indptr, columns, True)
        return of_grad, of_x, of_weight, None, None, None


sparse_linear = _Product.apply
"""``sparse_linear(x, weight, bias, indptr, columns, n_columns)`` for x (samples, rows) -> (samples, n_columns)."""

for _name, _function in (("sparse_linear", _Product), ("sparse_linear_backward", _Gradients)):
    torch.library.register_autograd(f"netsparse::{_name}", _function.backward, setup_context=_function.setup_context)


@torch.library.register_vmap("netsparse::sparse_linear")
def _batch(info, in_dims, x, weight, bias, indptr, columns, n_columns):
    if any(dim is not None for dim in in_dims[1:]):
        return _one_by_one(_forward, info, in_dims, (x, weight, bias, indptr, columns, n_columns))
    x = x.movedim(in_dims[0], 0)
    y = _forward(x.flatten(0, 1), weight, bias, indptr, columns, n_columns)
    return y.unflatten(0, x.shape[:2]), 0


@torch.library.register_vmap("netsparse::sparse_linear_backward")
def _batch_backward(info, in_dims, *inputs):
    return _one_by_one(_backward, info, in_dims, inputs)


def _one_by_one(operator, info, in_dims, inputs):
    """Return the results of an operator for each element of a batch, stacked."""
    pairs = list(zip(inputs, in_dims, strict=True))
    results = [
        operator(*(value if dim is None else value.select(dim, index) for value, dim in pairs))
        for index in range(info.batch_size)
    ]
    if isinstance(results[0], Tensor):
        return torch.stack(results), 0
    return tuple(map(torch.stack, zip(*results, strict=True))), (0,) * len(results[0])
