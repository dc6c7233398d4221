using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>Thousands of short histories, recorded while threads use the same few ids at once, are linearizable for each id.</summary>
public class HistoryTests : LeakChecked
{
    private const int Histories = 2000, Steps = 12, Dimension = 256, MostRounds = 50;

    [Test]
    public void What_threads_see_of_an_id_has_an_order()
    {
        var overlapping = 0;
        // Where there are few processors, a round may have no overlap.
        for (var round = 0; overlapping == 0 && round < MostRounds; round++)
        {
            foreach (var threads in new[] { 3, 4 })
            {
                foreach (var ids in new[] { 2, 4 })
                {
                    foreach (var stripes in new[] { 1, 16 }) overlapping += Check(threads, ids, stripes);
                }
            }
        }
        Assert.That(overlapping, Is.Positive, "histories in which operations overlapped");
    }

    private static int Check(int threads, int ids, int stripes)
    {
        using var table = TestTable.Create(TestTable.Plain(stripes, Dimension, o =>
            o.Segments[0].Initializer = new ConstantInitializerOptions { Value = Operation.Born }));
        HistoryRecorder[] recorders = [.. Enumerable.Range(0, threads).Select(i => new HistoryRecorder(table, ids, new Random(i)))];
        Record(table, recorders, ids);
        var histories = recorders.SelectMany(r => r.Recorded).GroupBy(r => r.Id, r => r.Operation).ToArray();
        foreach (var history in histories)
        {
            if (!Linearizability.Holds([.. history]))
                Assert.Fail($"{threads} threads, {stripes} stripes: the history of id {history.Key} has no "
                    + $"order:\n{string.Join("\n", history.OrderBy(o => o.Invoked))}");
        }
        var overlapping = histories.Count(Overlaps);
        TestContext.Out.WriteLine($"{threads} threads, {ids} ids, {stripes} stripes: operations overlapped in {overlapping} of "
            + $"{histories.Length} histories of an id");
        Assert.That(histories, Has.Length.GreaterThan(Histories * ids * 9 / 10));
        return overlapping;
    }

    private static void Record(EmbeddingTable table, HistoryRecorder[] recorders, int ids)
    {
        var (clock, rendezvous, neighbours) = (0, new Rendezvous(recorders.Length), new Neighbours(table));
        Crowd.Run([.. recorders.Select((recorder, thread) => (Action)(() =>
        {
            try
            {
                for (var history = 0; history < Histories; history++)
                {
                    var fresh = IdsOf(history, ids);
                    rendezvous.Wait(history + 1);
                    for (var step = 0; step < Steps; step++) recorder.Step(fresh, ref clock);
                    if (thread == 0) neighbours.Step();
                }
            }
            finally
            {
                // A thread that fails lets no other wait for it.
                rendezvous.Leave();
            }
        }))]);
    }

    // Every history has ids of its own; the first one has the extreme ones.
    private static long[] IdsOf(int history, int count) =>
        history == 0 ? new long[] { 0, -1, long.MinValue, long.MaxValue }[..count] : TestTable.Range(1_000_000 + history * count, count);

    private static bool Overlaps(IEnumerable<Operation> history)
    {
        Operation[] ordered = [.. history.OrderBy(o => o.Invoked)];
        return ordered.Zip(ordered.Skip(1)).Any(pair => pair.Second.Invoked < pair.First.Returned);
    }

    /// <summary>Other ids come and go, so that rows move into holes and stripes grow and shrink while histories are made.</summary>
    private sealed class Neighbours(EmbeddingTable table)
    {
        private readonly float[] _values = new float[64 * table.Dimension];
        private int _step;

        public void Step()
        {
            var ids = TestTable.Range(1 + _step % 8 * 64, 64);
            if (_step++ % 16 < 8) table.Assign(ids, _values, At.Seconds(0));
            else table.Remove(ids);
        }
    }
}
