using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>Reads weights that are stored as floats: one copy.</summary>
internal readonly struct PlainWeights : IWeightReader
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Read(Row row, int position, Span<float> destination) => FloatCopy.Copy(row.Floats, destination);
}
