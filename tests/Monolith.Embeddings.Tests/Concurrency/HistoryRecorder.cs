using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>One thread's part of a history: random calls on a few ids, each with the ticks before and after it.</summary>
internal sealed class HistoryRecorder(EmbeddingTable table, int most, Random random)
{
    // Values differ, so that an answer names the write it came from; sums of a history's are exact in a float.
    private const int LargestValue = 1 << 15;

    private static readonly int Kinds = Enum.GetValues<OperationKind>().Length;

    private readonly float[] _rows = new float[most * table.Dimension];
    private readonly bool[] _found = new bool[most];

    public List<(long Id, Operation Operation)> Recorded { get; } = [];

    /// <summary>Calls a verb for some of the ids at once: an operation on each of them.</summary>
    public void Step(ReadOnlySpan<long> ids, ref int clock)
    {
        var first = random.Next(ids.Length);
        var count = random.Next(1, ids.Length - first + 1);
        var (kind, value) = ((OperationKind)random.Next(Kinds), random.Next(1, LargestValue));
        var batch = ids.Slice(first, count);
        var rows = _rows.AsSpan(0, count * table.Dimension);
        // The rule is w -= gradient.
        rows.Fill(kind == OperationKind.ApplyGradients ? -value : value);
        // A removal of several says only how many there were.
        if (kind == OperationKind.Remove) batch = batch[..(count = 1)];
        var invoked = Interlocked.Increment(ref clock);
        var answer = kind switch
        {
            OperationKind.Assign => table.Assign(batch, rows, At.Seconds(0)),
            OperationKind.AssignAdd => table.AssignAdd(batch, rows, At.Seconds(0)),
            OperationKind.ApplyGradients => table.ApplyGradients(batch, rows, [], At.Seconds(0)),
            OperationKind.LookupOrAdmit => table.LookupOrAdmit(batch, [], rows, At.Seconds(0)),
            OperationKind.Contains => table.Contains(batch, _found.AsSpan(0, count)),
            OperationKind.Remove => table.Remove(batch),
            _ => table.Lookup(batch, rows),
        };
        var returned = Interlocked.Increment(ref clock);
        for (var i = 0; i < count; i++)
        {
            int? seen = kind switch
            {
                OperationKind.Lookup or OperationKind.LookupOrAdmit => Read(rows.Slice(i * table.Dimension, table.Dimension)),
                OperationKind.Contains => _found[i] ? 1 : null,
                OperationKind.Remove => answer == 1 ? 1 : null,
                _ => value,
            };
            Recorded.Add((batch[i], new Operation(kind, seen, invoked, returned)));
        }
    }

    private static int? Read(ReadOnlySpan<float> row)
    {
        if (row.ContainsAnyExcept(row[0]))
            throw new InvalidOperationException($"A torn row: {string.Join(" and ", row.ToArray().Distinct())}.");
        return row[0] == 0 ? null : (int)row[0];
    }
}
