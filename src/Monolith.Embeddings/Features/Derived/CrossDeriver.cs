using Monolith.Embeddings.Features.Batches;
using Monolith.Embeddings.Features.Schema;

namespace Monolith.Embeddings.Features.Derived;

/// <summary>Fills a slot with the combinations of the ids of other slots.</summary>
internal sealed class CrossDeriver(FeatureSlot slot, CrossSource source) : SlotDeriver(slot)
{
    private readonly ulong _start = DerivedIds.CrossOf(slot.Name, source.Parts);

    public override void Derive(FeatureBatch batch, SlotColumn column, LearnedBounds bounds)
    {
        var (isShared, isPlain) = (true, true);
        foreach (var part in source.Parts)
        {
            var from = batch.ColumnToDeriveFrom(part);
            isShared &= from.IsShared;
            isPlain &= from.HasOneIdARow || IsOneForAll(from);
        }
        if (isShared) DeriveShared(batch, column);
        else if (isPlain) DerivePlain(batch, column);
        else
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                AddProduct(batch, column, row);
                column.CloseRow();
            }
        }
    }

    private static bool IsOneForAll(SlotColumn column) => column.IsShared && column.Ids.Length <= 1 && column.Weights.IsEmpty;

    private void DeriveShared(FeatureBatch batch, SlotColumn column)
    {
        column.BeginShared();
        AddProduct(batch, column, 0);
        column.EndShared();
    }

    // Most slots of click logs have one id a row: part after part, without a list of combinations.
    private void DerivePlain(FeatureBatch batch, SlotColumn column)
    {
        var crosses = column.BeginOneIdARow(batch.Rows);
        crosses.Fill((long)_start);
        foreach (var part in source.Parts)
        {
            var from = batch.ColumnToDeriveFrom(part);
            var ids = from.Ids;
            if (!from.IsShared)
            {
                for (var row = 0; row < crosses.Length; row++) crosses[row] = (long)DerivedIds.With((ulong)crosses[row], ids[row]);
            }
            else if (ids.IsEmpty)
            {
                foreach (ref var cross in crosses) cross = (long)DerivedIds.WithMissing((ulong)cross);
            }
            else
            {
                foreach (ref var cross in crosses) cross = (long)DerivedIds.With((ulong)cross, ids[0]);
            }
        }
    }

    private void AddProduct(FeatureBatch batch, SlotColumn column, int row) =>
        AddProduct(batch, column, row, 0, _start, 1, isWeighted: false);

    // Says whether there is room for more.
    private bool AddProduct(FeatureBatch batch, SlotColumn column, int row, int part, ulong cross, float weight, bool isWeighted)
    {
        if (part == source.Parts.Length) return Add(column, (long)cross, weight, isWeighted);
        var from = batch.ColumnToDeriveFrom(source.Parts[part]);
        var bag = from.IsShared ? 0 : row;
        var (first, end) = (from.Offsets[bag], from.Offsets[bag + 1]);
        if (first == end) return AddProduct(batch, column, row, part + 1, DerivedIds.WithMissing(cross), weight, isWeighted);
        var weights = from.Weights;
        for (var i = first; i < end; i++)
        {
            var (next, own) = (DerivedIds.With(cross, from.Ids[i]), weights.IsEmpty ? 1 : weights[i]);
            if (!AddProduct(batch, column, row, part + 1, next, weight * own, isWeighted || !weights.IsEmpty)) return false;
        }
        return true;
    }

    // A product of finite weights may be none.
    private static bool Add(SlotColumn column, long id, float weight, bool isWeighted)
    {
        if (isWeighted) column.Add(id, Math.Clamp(weight, -float.MaxValue, float.MaxValue));
        else column.Add(id);
        return column.HasRoom;
    }
}
