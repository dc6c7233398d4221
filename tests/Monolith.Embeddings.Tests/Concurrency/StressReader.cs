using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>Looks up owned ids and such as only come and go, and checks every answer.</summary>
internal sealed class StressReader(EmbeddingTable table, OwnedIds owned, Transients transients, Random random)
{
    public const int Batch = 256;

    private readonly long[] _ids = new long[Batch];
    private readonly int[] _doneBefore = new int[Batch];
    private readonly float[] _rows = new float[Batch * table.Dimension];
    private readonly int[] _newest = new int[owned.Count];
    private readonly int[] _newestOfTransients = new int[transients.Count];

    public StressCounts Counts { get; } = new();

    /// <summary>One lookup, three quarters of it of owned ids.</summary>
    public void Step()
    {
        for (var i = 0; i < Batch; i++)
        {
            var isOwned = i % 4 != 0;
            _ids[i] = isOwned ? random.Next(owned.Count) : transients.First + random.Next(transients.Count);
            if (isOwned) _doneBefore[i] = owned.Done((int)_ids[i]);
        }
        Counts.Found += table.Lookup(_ids, _rows);
        Counts.Read += Batch;
        for (var i = 0; i < Batch; i++) Check(i, _rows.AsSpan(i * table.Dimension, table.Dimension));
    }

    private void Check(int place, ReadOnlySpan<float> row)
    {
        var (id, isOwned, number) = (_ids[place], place % 4 != 0, 0);
        if (row.ContainsAnyExcept(row[0])) Counts.Torn++;
        else if (row[0] != 0 && !OwnedIds.TryNumber(id, row[0], out number)) Counts.Foreign++;
        else if (isOwned) CheckOwned((int)id, number, _doneBefore[place]);
        else if (row[0] != 0) CheckOrder(ref _newestOfTransients[id - transients.First], number);
    }

    private void CheckOwned(int id, int number, int doneBefore)
    {
        var (oldest, begun) = (Math.Max(doneBefore, _newest[id]), owned.Begun(id));
        if (number == 0)
        {
            number = OwnedIds.NextAbsence(oldest);
            if (number > begun) Counts.Lost++;
        }
        else if (number > begun || OwnedIds.IsAbsence(number)) Counts.FromTheFuture++;
        _newest[id] = Math.Max(_newest[id], doneBefore);
        CheckOrder(ref _newest[id], number);
    }

    private void CheckOrder(ref int newest, int number)
    {
        if (number < newest) Counts.Backwards++;
        else newest = number;
    }
}
