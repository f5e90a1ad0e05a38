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

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch._C._functorch import is_functorch_wrapped_tensor

from netsparse.errors import InvalidType, InvalidValue
from netsparse.nn.topology import Shape, links_of

if TYPE_CHECKING:
    from netsparse.kernels.choice import Loops

_LIBRARY = torch.library.Library("netsparse", "DEF")
_LIBRARY.define(
    "sparse_linear(Tensor x, Tensor weight, Tensor? bias, Tensor places, Tensor? places_high, int n_columns) -> Tensor",
    tags=torch.Tag.pt2_compliant_tag,
)
_LIBRARY.define(
    "sparse_linear_backward(Tensor grad, Tensor x, Tensor weight, Tensor places, Tensor? places_high, bool want_x)"
    " -> (Tensor, Tensor, Tensor)",
    tags=torch.Tag.pt2_compliant_tag,
)
_forward = torch.ops.netsparse.sparse_linear.default
_backward = torch.ops.netsparse.sparse_linear_backward.default


@torch.library.impl(_LIBRARY, "sparse_linear", "CPU")
def _compute(
    x: Tensor, weight: Tensor, bias: Tensor | None, places: Tensor, places_high: Tensor | None, n_columns: int
) -> Tensor:
    shape = x.shape[1], n_columns
    _check_parameters(shape, places, x=x, weight=weight, bias=bias)
    links = links_of(places, places_high, shape)
    y = x.new_empty(len(x), n_columns)
    bias = x.new_zeros(n_columns) if bias is None else bias
    _loops().product(links, *map(_array, (weight, bias, x, y)))
    return y


@torch.library.impl(_LIBRARY, "sparse_linear_backward", "CPU")
def _compute_backward(
    grad: Tensor, x: Tensor, weight: Tensor, places: Tensor, places_high: Tensor | None, want_x: bool
) -> tuple[Tensor, Tensor, Tensor]:
    shape = x.shape[1], grad.shape[1]
    _check_parameters(shape, places, x=x, weight=weight, grad=grad)
    links = links_of(places, places_high, shape)
    of_x, of_weight, of_bias = _room_for_gradients(grad, x, weight, want_x)
    _loops().product_gradients(links, *map(_array, (weight, x, grad, of_x, of_weight, of_bias)))
    return of_x, of_weight, of_bias


@torch.library.register_fake("netsparse::sparse_linear")
def _(x, weight, bias, places, places_high, n_columns):
    return x.new_empty(x.shape[0], n_columns)


@torch.library.register_fake("netsparse::sparse_linear_backward")
def _(grad, x, weight, places, places_high, want_x):
    return _room_for_gradients(grad, x, weight, want_x)


def _array(tensor: Tensor) -> np.ndarray:
    """Return a tensor as a contiguous array, on its own memory if it is contiguous: results must be."""
    return tensor.detach().contiguous().numpy()


def _room_for_gradients(grad: Tensor, x: Tensor, weight: Tensor, want_x: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of x (no samples unless it is wanted), weight and bias, the last two zero."""
    of_x = x.new_empty(x.shape if want_x else (0, x.shape[1]))  # contiguous, as empty_like need not be
    return of_x, weight.new_zeros(weight.shape), grad.new_zeros(grad.shape[1])


def _check_parameters(shape: Shape, places: Tensor, x: Tensor, weight: Tensor, bias=None, grad=None) -> None:
    """Raise an error unless the tensors fit the layer and each other: compiled loops trust them."""
    n_samples, dtype = len(x), weight.dtype
    _check("x", x, (n_samples, shape[0]), dtype)
    _check("weight", weight, (places.numel(),), dtype)
    if bias is not None:
        _check("bias", bias, shape[1:], dtype)
    if grad is not None:
        _check("grad", grad, (n_samples, shape[1]), dtype)


def _check(name: str, tensor: Tensor, shape: tuple[int, ...], dtype: torch.dtype) -> None:
    if tensor.shape != shape:
        raise InvalidValue(f"{name} must have shape {shape}, got {tuple(tensor.shape)}")
    if tensor.dtype != dtype:
        raise InvalidType(f"{name} is {tensor.dtype}, but weight {dtype}")


def _loops() -> Loops:
    """Return the compiled loops, imported when they are first needed."""
    from netsparse.kernels.choice import kind_in_use, loops

    return loops(kind_in_use())


class _Product(torch.autograd.Function):
    """F with its derivative; torch's function transforms need it as a Function, and it costs less than a dispatch."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x, weight, bias, places, places_high, n_columns):
        return _forward(x, weight, bias, places, places_high, n_columns)

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, weight, _, places, places_high, _ = inputs
        ctx.save_for_backward(x, weight, places, places_high)

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
    def forward(grad, x, weight, places, places_high, want_x):
        return _backward(grad, x, weight, places, places_high, want_x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        *tensors, ctx.want_x = inputs
        ctx.save_for_backward(*tensors)

    @staticmethod
    def backward(ctx, of_x, of_weight, of_bias):
        grad, x, weight, places, places_high = ctx.saved_tensors
        n_columns = grad.shape[-1]
        of_x = of_x if ctx.want_x else torch.zeros_like(x)
        of_grad = _Product.apply(of_x, weight, of_bias, places, places_high, n_columns)
        of_grad = of_grad + _Product.apply(x, of_weight, None, places, places_high, n_columns)
        of_x, of_weight, _ = _Gradients.apply(grad, of_x, of_weight, places, places_high, True)
        return of_grad, of_x, of_weight, None, None, None


def sparse_linear(
    x: Tensor, weight: Tensor, bias: Tensor | None, places: Tensor, places_high: Tensor | None, n_columns: int
) -> Tensor:
    """Return x B + b, shape (samples, n_columns), for x (samples, rows)."""
    if torch.is_grad_enabled():
        # a trace holds operators alone
        product = _forward if torch.jit.is_tracing() else _Product.apply
    else:
        product = _compute if _is_nothing_but_numbers(x, weight) else _forward
    return product(x, weight, bias, places, places_high, n_columns)


def _is_nothing_but_numbers(x: Tensor, weight: Tensor) -> bool:
    """Tell whether nobody but the kernel looks at a call: then it need not pass torch's dispatcher, twice its time."""
    return (
        type(x) is Tensor
        and type(weight) in (Tensor, torch.nn.Parameter)
        and not torch.compiler.is_compiling()
        and not torch.jit.is_tracing()
        and not torch._C._len_torch_dispatch_stack()  # modes, as those that count operations
        and not is_functorch_wrapped_tensor(x)
        and not is_functorch_wrapped_tensor(weight)
    )


for _name, _function in (("sparse_linear", _Product), ("sparse_linear_backward", _Gradients)):
    torch.library.register_autograd(f"netsparse::{_name}", _function.backward, setup_context=_function.setup_context)


@torch.library.register_vmap("netsparse::sparse_linear")
def _batch(info, in_dims, x, weight, bias, places, places_high, n_columns):
    if any(dim is not None for dim in in_dims[1:]):
        return _one_by_one(_forward, info, in_dims, (x, weight, bias, places, places_high, n_columns))
    x = x.movedim(in_dims[0], 0)
    y = _forward(x.flatten(0, 1), weight, bias, places, places_high, n_columns)
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
