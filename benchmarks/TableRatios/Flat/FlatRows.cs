using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TableRatios.Workloads;

namespace TableRatios.Flat;

/// <summary>
/// The reference: row numbers are known, rows of the table's own stride lie in one mapping on huge pages, and are fetched 16 ahead. The
/// dimension is a multiple of 16, so that the loops need no remainder.
/// </summary>
internal sealed unsafe class FlatRows(long rows, int stride, int dimension) : IDisposable
{
    private const int Ahead = 16, Line = 64, Width = 16;

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
                for (var k = 0; k < dimension; k += Width) Vector512.Store(Vector512.Load(source + k), destination + k);
            }
        }
    }

    /// <summary>n += g^2; w -= lr g / sqrt(n), on [weights | state].</summary>
    public void Adagrad(ReadOnlySpan<int> numbers, ReadOnlySpan<float> gradients)
    {
        var rate = Vector512.Create(Subject.Rate);
        fixed (float* source = gradients)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                if (i + Ahead < numbers.Length) Prefetch(Row(numbers[i + Ahead]), 2 * dimension * sizeof(float));
                AdagradStep((float*)Row(numbers[i]), source + (long)i * dimension, dimension, rate);
            }
        }
    }

    /// <summary>FTRL-Proximal without l1 and l2, on [weights | n | z].</summary>
    public void Ftrl(ReadOnlySpan<int> numbers, ReadOnlySpan<float> gradients)
    {
        var (perRate, beta) = (Vector512.Create(1 / Subject.Rate), Vector512.Create(Subject.Beta));
        fixed (float* source = gradients)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                if (i + Ahead < numbers.Length) Prefetch(Row(numbers[i + Ahead]), 3 * dimension * sizeof(float));
                FtrlStep((float*)Row(numbers[i]), source + (long)i * dimension, perRate, beta);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AdagradStep(float* w, float* g, int dimension, Vector512<float> rate)
    {
        for (var k = 0; k < dimension; k += Width)
        {
            var gradient = Vector512.Load(g + k);
            var n = Vector512.FusedMultiplyAdd(gradient, gradient, Vector512.Load(w + dimension + k));
            Vector512.Store(n, w + dimension + k);
            Vector512.Store(Vector512.Load(w + k) - rate * gradient / Vector512.Sqrt(n), w + k);
        }
    }

    public void Dispose() => _memory.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FtrlStep(float* w, float* g, Vector512<float> perRate, Vector512<float> beta)
    {
        var n = w + dimension;
        var z = n + dimension;
        for (var k = 0; k < dimension; k += Width)
        {
            var gradient = Vector512.Load(g + k);
            var before = Vector512.Load(n + k);
            var after = Vector512.FusedMultiplyAdd(gradient, gradient, before);
            var root = Vector512.Sqrt(after);
            var centre = Vector512.Load(z + k) + gradient - (root - Vector512.Sqrt(before)) * perRate * Vector512.Load(w + k);
            Vector512.Store(after, n + k);
            Vector512.Store(centre, z + k);
            Vector512.Store(-centre / ((beta + root) * perRate), w + k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Row(int number) => _memory.Pointer + (long)number * stride;

    /// <summary>Fetches every line that the bytes lie on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* address, int bytes)
    {
        if (!Sse.IsSupported) return;
        for (var line = (byte*)((nuint)address & ~(nuint)(Line - 1)); line < address + bytes; line += Line) Sse.Prefetch0(line);
    }
}
