"""Vectors of numbers that compiled code keeps in registers, and the few things that kernels do with them.

A ``Vector`` is a value like a number: ``load(signals, neuron, first, 64)`` is the signals of 64 samples of a neuron,
``multiply_add(weight, x, total)`` 64 multiply-adds. How many numbers, its `lanes`, stands in the source, since it
decides which instructions are written; a power of two, so that halving it to the end works. Kernels never see how
wide the registers of a machine are: the compiler cuts a vector of 64 float32 into 4 registers of AVX-512, 8 of AVX2
or 16 of NEON, and one that does not fit them goes through the stack, slower but right.

How a primitive is written. Python code cannot say "one vector instruction", so numba lets a function write the
instructions itself (``numba.extending.intrinsic``). It runs once, while a kernel is compiled, and is given the types
of its arguments; it returns what types it takes and gives, and a function `generate(context, builder, signature,
arguments)` that appends instructions to the compiled code: each call of `builder` is an instruction of LLVM, the
compiler's own language (https://llvm.org/docs/LangRef.html), and returns the place of its result, to be given to the
next one. Nothing is computed yet. What to know of that language:

- ``<64 x float>`` is a type; ``fmul``, ``fadd``, ``select`` work on all its numbers at once;
- ``shufflevector`` picks numbers of two vectors by their index: repeats one, cuts, interleaves;
- functions of names ``llvm.*`` are instructions that not every machine has, ``.v64f32`` their types;
- a load or store promises an alignment: ours is that of one number, so that any slice of any array may be read.

Kernels of vectors are compiled without ``fastmath``: it would let the compiler add the parts of a sum one after the
other, where here several sums grow at once.
"""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

_CACHE_LINE = 64  # bytes that the memory brings at once
_PARTIAL_SUMS = 16  # that grow side by side in a sum of products: two registers of AVX2, one of AVX-512
_INDEX = ir.IntType(64)


class Vector(types.Type):
    """The type, for numba, of `lanes` numbers of one type."""

    def __init__(self, dtype: types.Float, lanes: int):
        self.dtype, self.lanes = dtype, lanes
        super().__init__(f"Vector({dtype}, {lanes})")


@register_model(Vector)
class _VectorInRegisters(models.PrimitiveModel):
    def __init__(self, manager, vector):
        number = manager.lookup(vector.dtype).get_value_type()
        super().__init__(manager, vector, ir.VectorType(number, vector.lanes))


@intrinsic(prefer_literal=True)
def filled(typing, value, lanes):
    """Return a vector of `lanes` times the same number."""

    def generate(context, builder, signature, arguments):
        return _repeated(builder, arguments[0], lanes.literal_value)

    return Vector(value, lanes.literal_value)(value, lanes), generate


@intrinsic
def zeros_like(typing, x):
    """Return a vector of zeros, as many as there are in x."""

    def generate(context, builder, signature, arguments):
        return ir.Constant(arguments[0].type, None)

    return x(x), generate


@intrinsic(prefer_literal=True)
def load(typing, array, row, first, lanes):
    """Return array[row, first : first + lanes], or array[row + first : row + first + lanes] of one dimension."""
    vector = Vector(array.dtype, lanes.literal_value)

    def generate(context, builder, signature, arguments):
        place = _place(context, builder, signature, arguments[:3], context.get_value_type(vector))
        return builder.load(place, align=_bytes(place.type.pointee.element))

    return vector(array, row, first, lanes), generate


@intrinsic
def store(typing, array, row, first, vector):
    """Write a vector where `load` would read it."""

    def generate(context, builder, signature, arguments):
        place = _place(context, builder, signature, arguments[:3], arguments[3].type)
        builder.store(arguments[3], place, align=_bytes(place.type.pointee.element))
        return context.get_dummy_value()

    return types.void(array, row, first, vector), generate


@intrinsic(prefer_literal=True)
def prefetch(typing, array, row, first, lanes):
    """Let the memory bring what `load` of the same place will read, and do not wait for it."""

    def generate(context, builder, signature, arguments):
        place = _place(context, builder, signature, arguments[:3], ir.IntType(8))
        read, keep, data = (ir.IntType(32)(number) for number in (0, 3, 1))
        for line in range(0, lanes.literal_value * array.dtype.bitwidth // 8, _CACHE_LINE):
            here = builder.gep(place, [_INDEX(line)])
            _call(builder, "llvm.prefetch.p0", ir.VoidType(), here, read, keep, data)
        return context.get_dummy_value()

    return types.void(array, row, first, lanes), generate


@intrinsic
def multiply(typing, factor, x):
    """Return factor * x; the factor is a number or a vector."""

    def generate(context, builder, signature, arguments):
        factor, x = arguments
        return builder.fmul(_like(builder, factor, x), x)

    return x(_factor(factor, x), x), generate


@intrinsic
def multiply_add(typing, factor, x, total):
    """Return factor * x + total, rounded once where the machine can; the factor is a number or a vector."""

    def generate(context, builder, signature, arguments):
        factor, x, total = arguments
        return _multiply_add(builder, _like(builder, factor, x), x, total)

    return total(_factor(factor, x), x, total), generate


@intrinsic
def add(typing, x, y):
    """Return x + y."""

    def generate(context, builder, signature, arguments):
        return builder.fadd(*arguments)

    return x(x, y), generate


@intrinsic
def zero_where_negative(typing, x):
    """Return max(0, x), but NaN where x is NaN."""

    def generate(context, builder, signature, arguments):
        (x,) = arguments
        zero = ir.Constant(x.type, None)
        return builder.select(builder.fcmp_ordered("<", x, zero), zero, x)

    return x(x), generate


@intrinsic
def zero_where_not_positive(typing, x, y):
    """Return 0 where x <= 0 and y elsewhere, also where x is NaN."""

    def generate(context, builder, signature, arguments):
        x, y = arguments
        zero = ir.Constant(x.type, None)
        return builder.select(builder.fcmp_ordered("<=", x, zero), zero, y)

    return y(x, y), generate


@intrinsic
def total_of(typing, x):
    """Return the sum of the numbers of a vector."""

    def generate(context, builder, signature, arguments):
        return builder.extract_element(_totals(builder, arguments), ir.IntType(32)(0))

    return x.dtype(x), generate


@intrinsic
def totals_of_products(typing, x, others):
    """Return the vector of the sums of x * y for each y of a tuple of vectors, as many as a power of two."""

    def generate(context, builder, signature, arguments):
        x, others = arguments
        products = [_partial_sums(builder, x, y) for y in cgutils.unpack_tuple(builder, others)]
        return _totals(builder, products)

    return Vector(x.dtype, others.count)(x, others), generate


@intrinsic
def transposed(typing, rows):
    """Return the columns of a square of numbers, given as a tuple of its rows, as a tuple of vectors."""

    def generate(context, builder, signature, arguments):
        square = cgutils.unpack_tuple(builder, arguments[0])
        half = len(square) // 2
        for _ in range(half.bit_length()):  # each round interleaves rows i and i + half; log2(rows) rounds transpose
            pairs = zip(square[:half], square[half:], strict=True)
            square = [part for x, y in pairs for part in _interleaved(builder, x, y)]
        return context.make_tuple(builder, signature.return_type, square)

    return rows(rows), generate


def _factor(factor, x):
    """Return the type that a factor of a vector is taken as: numbers as those of the vector."""
    return factor if isinstance(factor, Vector) else x.dtype


def _place(context, builder, signature, arguments, element):
    """Return a pointer to `element` at array[row, first]; row and first are not checked."""
    (array_type, row_type, first_type), (array, row, first) = signature.args[:3], arguments
    array = context.make_array(array_type)(context, builder, array)
    row, first = (
        context.cast(builder, index, kind, types.int64) for index, kind in ((row, row_type), (first, first_type))
    )
    number = _INDEX(array_type.dtype.bitwidth // 8)
    of_row = builder.mul(row, number if array_type.ndim == 1 else builder.extract_value(array.strides, 0))
    of_first = builder.mul(first, number)
    start = builder.bitcast(array.data, ir.IntType(8).as_pointer())
    return builder.bitcast(builder.gep(start, [builder.add(of_row, of_first)]), element.as_pointer())


def _bytes(number: ir.Type) -> int:
    return 8 if isinstance(number, ir.DoubleType) else 4


def _call(builder, name, result, *arguments, **flags):
    kind = ir.FunctionType(result, [argument.type for argument in arguments])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), arguments, **flags)


def _shuffled(builder, x, y, indices):
    """Return the numbers of x, then y, at these indices."""
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(indices)), list(indices))
    return builder.shuffle_vector(x, y, mask)


def _repeated(builder, number, lanes):
    nothing = ir.Constant(ir.VectorType(number.type, lanes), ir.Undefined)
    one = builder.insert_element(nothing, number, ir.IntType(32)(0))
    return _shuffled(builder, one, nothing, [0] * lanes)


def _like(builder, factor, x):
    return factor if factor.type == x.type else _repeated(builder, factor, x.type.count)


def _multiply_add(builder, factor, x, total):
    name = f"llvm.fmuladd.v{x.type.count}f{8 * _bytes(x.type.element)}"  # fused where that is one instruction
    return _call(builder, name, x.type, factor, x, total)


def _interleaved(builder, x, y):
    """Return x0 y0 x1 y1 ... as two vectors."""
    lanes = x.type.count
    order = [index for pair in zip(range(lanes), range(lanes, 2 * lanes), strict=True) for index in pair]
    return [_shuffled(builder, x, y, half) for half in (order[:lanes], order[lanes:])]


def _pieces(builder, x, lanes):
    return [_shuffled(builder, x, x, range(first, first + lanes)) for first in range(0, x.type.count, lanes)]


def _partial_sums(builder, x, y):
    """Return a short vector whose sum is that of x * y."""
    lanes = min(_PARTIAL_SUMS, x.type.count)
    pairs = list(zip(_pieces(builder, x, lanes), _pieces(builder, y, lanes), strict=True))
    total = builder.fmul(*pairs[0])
    for pair in pairs[1:]:
        total = _multiply_add(builder, *pair, total)
    return total


def _totals(builder, vectors):
    """Return the vector of the sums of each of some vectors of equal lanes, their number a power of two.

    The halves of a vector are added until it is as long as there are vectors. Then pairs of vectors are: a round
    leaves half as many, each with the partial sums of twice as many.
    """
    n = len(vectors)
    while vectors[0].type.count > n:
        halves = [_pieces(builder, x, x.type.count // 2) for x in vectors]
        vectors = [builder.fadd(*pair) for pair in halves]
    while vectors[0].type.count < n:  # fewer partial sums than vectors: zeros make up for them
        nothing = ir.Constant(vectors[0].type, None)
        vectors = [_shuffled(builder, x, nothing, range(2 * x.type.count)) for x in vectors]
    while len(vectors) > 1:
        half = len(vectors) // 2
        pairs = [_interleaved(builder, x, y) for x, y in zip(vectors[:half], vectors[half:], strict=True)]
        vectors = [builder.fadd(*pair) for pair in pairs]
    return vectors[0]
