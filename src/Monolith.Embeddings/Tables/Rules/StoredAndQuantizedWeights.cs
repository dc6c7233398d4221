using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>Reads weights as <see cref="QuantizedWeights"/> does, and beside them as they are stored, at one moment.</summary>
/// <param name="rules">The table's rules.</param>
/// <param name="stored">Receives the weights as they are stored, [n, dimension].</param>
internal readonly ref struct StoredAndQuantizedWeights(TableRules rules, Span<float> stored) : IWeightReader
{
    private readonly Span<float> _stored = stored;

    public void Read(Row row, int position, Span<float> destination)
    {
        RowPacking.Unpack(rules.Layout.WeightParts, row, _stored.Slice(position * destination.Length, destination.Length));
        rules.ReadQuantized(row, destination);
    }
}
