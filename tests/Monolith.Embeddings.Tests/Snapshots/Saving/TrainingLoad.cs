using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>
/// Batches that follow from their number alone, for a set of three tables: one that counts ids before it admits them, one whose ids a
/// sketch counts, one that is always full.
/// </summary>
internal sealed class TrainingLoad(int stripes) : IDisposable
{
    private const int BatchIds = 400, Ids = 12_000;

    private readonly long[] _ids = new long[BatchIds];

    public EmbeddingTableSet Tables { get; } = Create(stripes);

    public int Batches { get; private set; }

    public static EmbeddingTableSet Create(int stripes)
    {
        var counting = TestTable.Options(
            stripes, 7, o => (o.Name, o.Admission, o.Expiry, o.TrackFrequency) =
                ("counting", new MinOccurrencesOptions(2), new TimeToLiveOptions(TimeSpan.FromSeconds(90)), true));
        var sketched = TestTable.Options(
            stripes, 1, o => (o.Name, o.Admission, o.Expiry) = ("sketched", Sketch(), new TimeToLiveOptions(TimeSpan.FromSeconds(90))));
        var full = TestTable.Options(stripes, 3, o => (o.Name, o.MaxRows, o.AtLimit) = ("full", 3000, new LeastRecentlyUpdatedOptions()));
        return new EmbeddingTableSet(
            new TableSchema([counting, sketched, full]), new EmbeddingTableSetOptions { Seed = 3, MemoryLimitBytes = 256 << 20 });
    }

    public void Next()
    {
        var random = new Random(Batches);
        var now = 1000 + (uint)Batches;
        foreach (var table in Tables.Tables)
        {
            for (var i = 0; i < BatchIds; i++) _ids[i] = (long)(Ids * random.NextDouble() * random.NextDouble());
            var values = TestTable.Values(BatchIds, table.Dimension, Batches);
            switch (Batches % 8)
            {
                case 5: table.Assign(_ids, values, At.Seconds(now)); break;
                case 6: table.Remove(_ids.AsSpan(0, 40)); break;
                default:
                    table.ApplyGradients(_ids, values, [], At.Seconds(now), Batches);
                    break;
            }
        }
        if (++Batches % 61 == 0) Tables.Evict();
    }

    private static MinOccurrencesOptions Sketch() => new(3)
    {
        HalfLifeSteps = 20,
        Counter = new SketchCounterOptions { Bytes = 3 * SketchCounterOptions.MinBytes },
    };

    public void Dispose() => Tables.Dispose();
}
