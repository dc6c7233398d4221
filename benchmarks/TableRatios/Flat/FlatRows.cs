using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TableRatios.Workloads;

namespace TableRatios.Flat;

/// <summary>
/// The reference: row numbers are known, rows of the table's own stride lie in one mapping on huge pages, and are fetched 16 ahead. The
/// dimension is a multiple of 16, so that the loops need no remainder.
/// </summary>
internal sealed unsafe class FlatRows(long rows, int stride, int dimension) : IDisposable
{
    private const int Ahead = 16, Width = 16;

    private readonly HugeMapping _memory = new(rows * stride);

    public void Fill(float value)
    {
        for (var row = 0L; row < rows; row++) new Span<float>(_memory.Pointer + row * stride, stride / sizeof(float)).Fill(value);
    }

    public void Dispose() => _memory.Dispose();

    public void Gather(ReadOnlySpan<int> numbers, Span<float> output)
    {
        if (dimension == Width) Gather(numbers, output, Width);
        else Gather(numbers, output, dimension);
    }

    /// <summary>n += g^2; w -= lr g / sqrt(n), on [weights | state].</summary>
    public void Adagrad(ReadOnlySpan<int> numbers, ReadOnlySpan<float> gradients)
    {
        if (dimension == Width) Adagrad(numbers, gradients, Width);
        else Adagrad(numbers, gradients, dimension);
    }

    /// <summary>FTRL-Proximal without l1 and l2, on [weights | n | z].</summary>
    public void Ftrl(ReadOnlySpan<int> numbers, ReadOnlySpan<float> gradients)
    {
        if (dimension == Width) Ftrl(numbers, gradients, Width);
        else Ftrl(numbers, gradients, dimension);
    }

    // The loops are compiled twice: once for the width of a vector, where nothing of the inner loops is left, and once for any multiple of
    // it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Gather(ReadOnlySpan<int> numbers, Span<float> output, int width)
    {
        fixed (int* number = numbers)
        fixed (float* target = output)
        {
            var (memory, bytes, count, destination) =
                (new FlatMemory(_memory.Pointer, stride), width * sizeof(float), numbers.Length, (nint)target);
            for (var i = 0; i < count; i++, destination += bytes)
            {
                if (i + Ahead < count) memory.Prefetch(number[i + Ahead], bytes);
                var source = memory.Row(number[i]);
                for (var k = 0; k < width; k += Width) Vector512.Store(Vector512.Load(source + k), (float*)destination + k);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Adagrad(ReadOnlySpan<int> numbers, ReadOnlySpan<float> gradients, int width)
    {
        var rate = Vector512.Create(Subject.Rate);
        fixed (int* number = numbers)
        fixed (float* gradient = gradients)
        {
            var (memory, count) = (new FlatMemory(_memory.Pointer, stride), numbers.Length);
            for (var i = 0; i < count; i++)
            {
                if (i + Ahead < count) memory.Prefetch(number[i + Ahead], 2 * width * sizeof(float));
                FlatSteps.Adagrad(memory.Row(number[i]), gradient + (long)i * width, width, rate);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ftrl(ReadOnlySpan<int> numbers, ReadOnlySpan<float> gradients, int width)
    {
        var (perRate, beta) = (Vector512.Create(1 / Subject.Rate), Vector512.Create(Subject.Beta));
        fixed (int* number = numbers)
        fixed (float* gradient = gradients)
        {
            var (memory, count) = (new FlatMemory(_memory.Pointer, stride), numbers.Length);
            for (var i = 0; i < count; i++)
            {
                if (i + Ahead < count) memory.Prefetch(number[i + Ahead], 3 * width * sizeof(float));
                FlatSteps.Ftrl(memory.Row(number[i]), gradient + (long)i * width, width, perRate, beta);
            }
        }
    }
}
