using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>Reads weights of any precision.</summary>
internal readonly struct PackedWeights(RowLayout layout) : IWeightReader
{
    public void Read(Row row, int position, Span<float> destination) => RowPacking.Unpack(layout.WeightParts, row, destination);
}
