using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TableRatios;

/// <summary>
/// The reference: row numbers are known, rows of the table's own stride lie in one mapping on huge pages, and are fetched 16 ahead. The
/// dimension is a multiple of 16, so that the loops need no remainder.
/// </summary>
internal sealed unsafe class FlatRows(long rows, int stride, int dimension) : IDisposable
{
    private const int Ahead = 16, Line = 64;

    private readonly HugeMapping _memory = new(rows * stride);

    public void Fill(float value)
    {
        for (var row = 0L; row < rows; row++) new Span<float>(_memory.Pointer + row * stride, stride / sizeof(float)).Fill(value);
    }

    public void Gather(ReadOnlySpan<int> numbers, Span<float> output)
    {
        var bytes = dimension * sizeof(float);
        fixed (float* target = output)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                if (i + Ahead < numbers.Length) Prefetch(Row(numbers[i + Ahead]), bytes);
                var source = (float*)Row(numbers[i]);
                var destination = target + (long)i * dimension;
                for (var k = 0; k < dimension; k += 16) Vector512.Store(Vector512.Load(source + k), destination + k);
            }
        }
    }

    /// <summary>n += g^2; w -= lr g / sqrt(n), on [weights | state].</summary>
    public void Adagrad(ReadOnlySpan<int> numbers, ReadOnlySpan<float> gradients, float rate)
    {
        var lr = Vector512.Create(rate);
        fixed (float* source = gradients)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                if (i + Ahead < numbers.Length) Prefetch(Row(numbers[i + Ahead]), 2 * dimension * sizeof(float));
                var w = (float*)Row(numbers[i]);
                var g = source + (long)i * dimension;
                for (var k = 0; k < dimension; k += 16)
                {
                    var gradient = Vector512.Load(g + k);
                    var n = Vector512.FusedMultiplyAdd(gradient, gradient, Vector512.Load(w + dimension + k));
                    Vector512.Store(n, w + dimension + k);
                    Vector512.Store(Vector512.Load(w + k) - lr * gradient / Vector512.Sqrt(n), w + k);
                }
            }
        }
    }

    /// <summary>FTRL-Proximal without l1 and l2, on [weights | n | z].</summary>
    public void Ftrl(ReadOnlySpan<int> numbers, ReadOnlySpan<float> gradients, float rate, float beta)
    {
        var (lr, b) = (Vector512.Create(rate), Vector512.Create(beta));
        fixed (float* source = gradients)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                if (i + Ahead < numbers.Length) Prefetch(Row(numbers[i + Ahead]), 3 * dimension * sizeof(float));
                var w = (float*)Row(numbers[i]);
                var g = source + (long)i * dimension;
                for (var k = 0; k < dimension; k += 16)
                {
                    var gradient = Vector512.Load(g + k);
                    var before = Vector512.Load(w + dimension + k);
                    var n = Vector512.FusedMultiplyAdd(gradient, gradient, before);
                    var root = Vector512.Sqrt(n);
                    var z = Vector512.Load(w + 2 * dimension + k) + gradient - (root - Vector512.Sqrt(before)) / lr * Vector512.Load(w + k);
                    Vector512.Store(n, w + dimension + k);
                    Vector512.Store(z, w + 2 * dimension + k);
                    Vector512.Store(-z / ((b + root) / lr), w + k);
                }
            }
        }
    }

    public void Dispose() => _memory.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Row(int number) => _memory.Pointer + (long)number * stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* address, int bytes)
    {
        if (!Sse.IsSupported) return;
        for (var offset = 0; offset < bytes; offset += Line) Sse.Prefetch0(address + offset);
    }
}
