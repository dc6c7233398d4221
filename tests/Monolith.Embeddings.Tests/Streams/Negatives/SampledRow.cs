using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>A row that came out of a sampler, as text and as what the oracle looks at.</summary>
internal sealed record SampledRow(long[] Items, float Label, float Offset, string Context, string ItemSide, string Outcome)
{
    public static List<SampledRow> Of(SamplerFixture f, ExampleBatch batch) =>
        [.. Enumerable.Range(0, batch.Rows).Select(row => Of(f, batch, row))];

    public override string ToString() =>
        $"{string.Join('+', Items)} {Label} {BitConverter.SingleToInt32Bits(Offset):X8} {Context} {ItemSide} {Outcome}";

    private static SampledRow Of(SamplerFixture f, ExampleBatch batch, int row) => new(
        Bag(batch, f.Item, row).Ids, batch.Labels(f.Click)[row], batch.LogitOffsets(f.Click)[row],
        string.Join(' ', Text(batch, f.User, row), Text(batch, f.Device, row), batch.Dense[row * 3], batch.EventTimesMilliseconds[row],
            batch.RequestIds[row], batch.Weights[row]),
        string.Join(' ', Text(batch, f.Category, row), batch.Dense[(row * 3) + 1], batch.Dense[(row * 3) + 2]),
        string.Join(' ', batch.Labels(f.Buy)[row], batch.LogitOffsets(f.Buy)[row], batch.Delays(f.Click)[row], batch.Served[row].Position,
            batch.ServedPredictions(f.Buy)[row]));

    private static string Text(ExampleBatch batch, FeatureSlot slot, int row)
    {
        var (ids, weights) = Bag(batch, slot, row);
        return $"[{string.Join(' ', ids)} / {string.Join(' ', weights)}]";
    }

    private static (long[] Ids, float[] Weights) Bag(ExampleBatch batch, FeatureSlot slot, int row)
    {
        var bag = batch.IsShared(slot) ? 0 : row;
        var range = batch.Offsets(slot)[bag]..batch.Offsets(slot)[bag + 1];
        var weights = batch.IdWeights(slot);
        return (batch.Ids(slot)[range].ToArray(), weights.IsEmpty ? [.. Enumerable.Repeat(1f, range.End.Value - range.Start.Value)]
            : weights[range].ToArray());
    }
}
