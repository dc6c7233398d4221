using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Soak;

/// <summary>Tables of sessions and items that learn from days of clicks, while another thread looks items up.</summary>
internal sealed class ClickTables(long limitBytes) : IDisposable
{
    private const int Batch = 1024, BatchesBetweenEvictions = 32;
    private const uint Day = 86_400, FirstDay = 1_396_310_400;

    private readonly EmbeddingTableSet _set = new(
        new TableSchema([Table("sessions", 8, 2, days: 1), Table("items", 16, 3, days: 2)]), new() { MemoryLimitBytes = limitBytes });
    private readonly long[] _ids = new long[Batch];
    private readonly float[] _rows = new float[Batch * 32];
    private int _days;
    private int _batches;

    public EmbeddingTableSet Set => _set;

    public long Clicks { get; private set; }

    /// <summary>Ids that lookups asked for, of sessions and of items.</summary>
    public (long Sessions, long Items) Asked { get; private set; }

    /// <summary>Ids that came with a gradient, of each table.</summary>
    public long Gradients { get; private set; }

    /// <summary>An item as an id of 64 bits.</summary>
    public static long Item(int item) => unchecked((long)KeyMixer.Mix((ulong)item));

    /// <summary>Learns a day; sessions of one pass over the days are not those of another.</summary>
    public void Learn(ClickDay day, int pass)
    {
        for (var start = 0; start < day.Items.Length; start += Batch)
        {
            var (count, time) =
                (Math.Min(Batch, day.Items.Length - start), FirstDay + (uint)(Day * (_days + (double)start / day.Items.Length)));
            for (var i = 0; i < count; i++) _ids[i] = unchecked((long)KeyMixer.Combine((ulong)pass, (ulong)day.Sessions[start + i]));
            Step(_set.Tables[0], count, time);
            for (var i = 0; i < count; i++) _ids[i] = Item(day.Items[start + i]);
            Step(_set.Tables[1], count, time);
            Clicks += count;
            Asked = (Asked.Sessions + count, Asked.Items + count);
            Gradients += count;
            if (++_batches % BatchesBetweenEvictions == 0) _set.Evict();
        }
        _days++;
        _set.Evict();
    }

    public void Dispose() => _set.Dispose();

    private void Step(EmbeddingTable table, int count, uint time)
    {
        var ids = _ids.AsSpan(0, count);
        var rows = _rows.AsSpan(0, count * table.Dimension);
        table.LookupOrAdmit(ids, [], rows, At.Seconds(time));
        // Any gradient will do that keeps rows finite and moving.
        for (var i = 0; i < rows.Length; i++) rows[i] = rows[i] * 0.1f + (i % 7 - 3) * 0.01f;
        table.ApplyGradients(ids, rows, [], At.Seconds(time), step: 0, absent: AbsentIds.Drop);
    }

    private static EmbeddingTableOptions Table(string name, int dimension, int occurrences, int days)
    {
        var options = new EmbeddingTableOptions
        {
            Name = name,
            Admission = new MinOccurrencesOptions(occurrences),
            Expiry = new TimeToLiveOptions(TimeSpan.FromDays(days)),
        };
        options.Segments.Add(new SegmentOptions { Name = "bias", Optimizer = new FtrlOptions() });
        options.Segments.Add(new SegmentOptions { Name = "vector", Dimension = dimension - 1 });
        return options;
    }
}
