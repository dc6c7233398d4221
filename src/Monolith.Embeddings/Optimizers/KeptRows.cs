using System.Buffers;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Updates rows that lie one behind the other, some at a time, and keeps these as they were: where a number became infinite, or none, they
/// are put back and take their steps one by one, and those that fail stay as they were.
/// </summary>
internal static class KeptRows
{
    // 16 KB of stack, which stay in the first-level cache.
    private const int StackFloats = 4096;

    /// <returns>How many rows took their step.</returns>
    [SkipLocalsInit]
    public static int Apply(
        Optimizer optimizer, int count, int dimension, int stateLength, Span<float> weights, Span<float> state,
            ReadOnlySpan<float> gradients, in BlockContext context)
    {
        var rowFloats = (long)dimension + stateLength;
        if (rowFloats > StackFloats) return ApplyLarge(optimizer, count, dimension, stateLength, weights, state, gradients, in context);
        Span<float> kept = stackalloc float[StackFloats];
        var most = (int)(StackFloats / rowFloats);
        var keptWeights = kept[..(most * dimension)];
        var keptState = kept.Slice(most * dimension, most * stateLength);
        if (count <= most) return ApplySome(optimizer, dimension, stateLength, weights, state, gradients, keptWeights, keptState,
            in context);
        var applied = 0;
        for (var start = 0; start < count; start += most)
        {
            var some = Math.Min(most, count - start);
            applied += ApplySome(
                optimizer, dimension, stateLength, weights.Slice(start * dimension, some * dimension),
                    state.Slice(start * stateLength, some * stateLength),
                gradients.Slice(start * dimension, some * dimension), keptWeights, keptState, context.Slice(start, some));
        }
        return applied;
    }

    private static int ApplyLarge(
        Optimizer optimizer, int count, int dimension, int stateLength, Span<float> weights, Span<float> state,
            ReadOnlySpan<float> gradients, in BlockContext context)
    {
        var (keptWeights, keptState) = (ArrayPool<float>.Shared.Rent(dimension), ArrayPool<float>.Shared.Rent(stateLength));
        try
        {
            return ApplyEach(optimizer, count, dimension, stateLength, weights, state, gradients, keptWeights, keptState, in context);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(keptWeights);
            ArrayPool<float>.Shared.Return(keptState);
        }
    }

    private static int ApplySome(
        Optimizer optimizer, int dimension, int stateLength, Span<float> weights, Span<float> state, ReadOnlySpan<float> gradients,
        Span<float> keptWeights, Span<float> keptState, in BlockContext context)
    {
        var count = weights.Length / dimension;
        if (ContiguousRows.Update(count, dimension, stateLength, weights, state, gradients, keptWeights, keptState,
            new BlockUpdate(optimizer), in context)) return count;
        keptWeights[..weights.Length].CopyTo(weights);
        keptState[..state.Length].CopyTo(state);
        return count == 1 ? 0 : ApplyEach(optimizer, count, dimension, stateLength, weights, state, gradients, keptWeights, keptState,
            in context);
    }

    private static int ApplyEach(
        Optimizer optimizer, int count, int dimension, int stateLength, Span<float> weights, Span<float> state,
            ReadOnlySpan<float> gradients,
        Span<float> keptWeights, Span<float> keptState, in BlockContext context)
    {
        var applied = 0;
        for (var row = 0; row < count; row++)
        {
            applied += ApplySome(
                optimizer, dimension, stateLength, weights.Slice(row * dimension, dimension), state.Slice(row * stateLength, stateLength),
                gradients.Slice(row * dimension, dimension), keptWeights, keptState, context.Slice(row, 1));
        }
        return applied;
    }
}
