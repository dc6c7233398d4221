using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Training.Slices;

/// <summary>Tells ids that have a row from those that have none.</summary>
/// <param name="slot">The slot.</param>
/// <param name="table">The slot's table.</param>
internal sealed class RowSlicing(FeatureSlot slot, EmbeddingTable table) : Slicing(slot, SliceBy.Row)
{
    private bool[] _found = [];

    public override int MaxSlices => 2;

    public override string NameOf(int slice) => slice == 0 ? "new" : "old";

    private protected override void Assign(ReadOnlySpan<long> ids, Span<int> slices)
    {
        if (_found.Length < ids.Length) _found = new bool[Math.Max(ids.Length, 2 * _found.Length)];
        table.Contains(ids, _found.AsSpan(0, ids.Length));
        for (var row = 0; row < slices.Length; row++)
        {
            if (slices[row] != None && _found[row]) slices[row] = 1;
        }
    }
}
