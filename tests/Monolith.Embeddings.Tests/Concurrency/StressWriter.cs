using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>Writes and removes the rows of the ids from one on, by all verbs that can; no other thread does.</summary>
internal sealed class StressWriter(EmbeddingTable table, OwnedIds ids, int first, int count, Random random)
{
    private const int Longest = 96;

    private readonly long[] _written = new long[Longest];
    private readonly long[] _removed = new long[Longest];
    private readonly float[] _values = new float[Longest * table.Dimension];

    /// <summary>One step for each of a few neighbours: those whose turn it is are removed, the others written, in one batch each.</summary>
    public void Step()
    {
        var (start, length) = (random.Next(count), random.Next(1, Longest + 1));
        var (written, removed, verb) = (0, 0, random.Next(3));
        for (var i = 0; i < length; i++)
        {
            var id = first + (start + i) % count;
            var number = ids.Begin(id);
            if (OwnedIds.IsAbsence(number)) _removed[removed++] = id;
            else
            {
                _values.AsSpan(written * table.Dimension, table.Dimension).Fill(Amount(id, number, verb));
                _written[written++] = id;
            }
        }
        if (removed > 0) Require(table.Remove(_removed.AsSpan(0, removed)), removed);
        if (written > 0) Require(Write(_written.AsSpan(0, written), verb), written);
        for (var i = 0; i < length; i++) ids.End(first + (start + i) % count);
    }

    // An absent row reads zeros and is born at zeros, so that a difference makes it whole as well.
    private static float Amount(int id, int number, int verb)
    {
        var before = OwnedIds.IsAbsence(number - 1) ? 0 : OwnedIds.Value(id, number - 1);
        var value = OwnedIds.Value(id, number);
        return verb switch { 0 => value, 1 => value - before, _ => before - value };
    }

    private int Write(Span<long> batch, int verb)
    {
        var values = _values.AsSpan(0, batch.Length * table.Dimension);
        return verb switch
        {
            0 => table.Assign(batch, values, At.Seconds(0)),
            1 => table.AssignAdd(batch, values, At.Seconds(0)),
            _ => table.ApplyGradients(batch, values, [], At.Seconds(0)),
        };
    }

    private static void Require(int done, int asked)
    {
        if (done != asked) throw new InvalidOperationException($"{done} of {asked} ids were there to be written or removed.");
    }
}
