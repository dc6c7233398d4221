using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>Reads weights as they would be read from a replica of the format that a segment names.</summary>
internal readonly struct QuantizedWeights(TableRules rules) : IWeightReader
{
    public void Read(Row row, int position, Span<float> destination) => rules.ReadQuantized(row, destination);
}
