using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tests.Tables.Capacity;

/// <summary>What a full table must do, as a dictionary and a sort: batches in chunks, no stripes.</summary>
/// <param name="limit">How many rows fit.</param>
/// <param name="occurrences">How often an id must occur.</param>
/// <param name="score">What a row is worth; null where new ids are refused.</param>
internal sealed class LimitModel(long limit, int occurrences, Func<RowMetadata, double>? score)
{
    private const int ChunkIds = 65_536;

    private readonly Dictionary<long, ModelRow> _rows = [];
    private readonly Dictionary<long, int> _pending = [];

    public long Refused { get; private set; }

    public long Evicted { get; private set; }

    public int Count => _rows.Count;

    public int PendingCount => _pending.Count;

    public bool Contains(long id) => _rows.ContainsKey(id);

    /// <summary>Asks for rows, and lets those learn that are there.</summary>
    public void Learn(ReadOnlySpan<long> ids, uint eventTime, bool isLearning)
    {
        while (ids.Length > 0)
        {
            var chunk = ids[..TakeChunk(ids)];
            foreach (var id in chunk)
            {
                if (_rows.TryGetValue(id, out var row))
                {
                    if (isLearning)
                        _rows[id] = row with { LastUpdate = Math.Max(row.LastUpdate, eventTime), Frequency = row.Frequency + 1 };
                }
                else Admit(id, eventTime);
            }
            ids = ids[chunk.Length..];
        }
    }

    private int TakeChunk(ReadOnlySpan<long> ids)
    {
        var count = Math.Min(ids.Length, ChunkIds);
        if (limit - Count >= count || score is null) return count;
        count = (int)Math.Min(count, Math.Max(1, limit / 64));
        var absent = 0;
        foreach (var id in ids[..count]) absent += Contains(id) ? 0 : 1;
        if (limit - Count < count && limit - Count < absent) EvictWorst((int)Math.Max(1, limit / 64));
        return count;
    }

    private void EvictWorst(int most)
    {
        long[] worst = [.. _rows.Values.Select(row => (Score: Ordered(score!(row.Known())), Row: row)).OrderBy(r => r.Score)
            .ThenBy(r => Mixed(r.Row.Id)).Take(most).Select(r => r.Row.Id)];
        foreach (var id in worst) _rows.Remove(id);
        Evicted += worst.Length;
    }

    private void Admit(long id, uint eventTime)
    {
        if (Count == limit)
        {
            Refused++;
            return;
        }
        var seen = _pending.GetValueOrDefault(id) + 1;
        _pending.Remove(id);
        if (seen < occurrences) _pending[id] = seen;
        else _rows[id] = new ModelRow(id, eventTime, 1, eventTime);
    }

    // Sorting doubles puts NaN first, but tells -0 from 0 no more than the table does.
    private static double Ordered(double value) => value + 0.0;

    private static ulong Mixed(long id) => Embeddings.Hashing.KeyMixer.Mix(unchecked((ulong)id));

    private sealed record ModelRow(long Id, uint LastUpdate, uint Frequency, uint AdmittedAt)
    {
        public RowMetadata Known() => new(Id, At.Seconds(LastUpdate), Frequency, At.Seconds(AdmittedAt));
    }
}
