using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>Reads weights, and marks which ids have a row: it is asked about those alone.</summary>
internal readonly ref struct MarkedWeights(RowLayout layout, Span<bool> hasRow) : IWeightReader
{
    private readonly Span<bool> _hasRow = hasRow;

    public void Read(Row row, int position, Span<float> destination)
    {
        _hasRow[position] = true;
        RowPacking.Unpack(layout.WeightParts, row, destination);
    }
}
