using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Gradients;

/// <summary>Puts clipped gradients in the place of those of a block of rows.</summary>
internal static unsafe class ClippedRows
{
    /// <summary>The most rows of a block at once.</summary>
    public const int MaxCount = 16;

    /// <summary>How many rows of a dimension fit into a scratch, at most <see cref="MaxCount"/>.</summary>
    public static int CountIn(ReadOnlySpan<float> scratch, int dimension) => Math.Min(MaxCount, scratch.Length / Math.Max(1, dimension));

    /// <param name="rows">At most as many as fit into the scratch.</param>
    /// <param name="limits">What to clip to.</param>
    /// <param name="scratch">On the stack, where it stays as long as the result is used.</param>
    /// <param name="gradients">As well.</param>
    /// <returns>The rows with gradients within the limits: the given ones where they are, copies where not.</returns>
    public static SegmentRows Of(in SegmentRows rows, in GradientLimits limits, Span<float> scratch, Span<nint> gradients)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            var gradient = rows.Gradient(row);
            if (!limits.AreExceededBy(gradient))
            {
                gradients[row] = rows.GradientAddress(row);
                continue;
            }
            var clipped = scratch.Slice(row * rows.Dimension, rows.Dimension);
            limits.Clip(gradient, clipped);
            // A row's gradient begins before that of its segment.
            gradients[row] = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(clipped)) - rows.WeightOffset * sizeof(float);
        }
        return rows.WithGradients((float**)Unsafe.AsPointer(ref MemoryMarshal.GetReference(gradients)));
    }
}
