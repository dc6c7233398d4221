using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;
using Monolith.Embeddings.Tests.Tables.Cuts;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>Each part of a commit holds the sketch of its range as it was at the cut, while the ranges go on counting.</summary>
public class SketchInPartsTests : LeakChecked
{
    private const int Ranges = 4, BatchIds = 500;

    [Test]
    public async Task Parts_hold_the_sketches_of_the_cut([Range(1, 3)] int seed)
    {
        var (store, random) = (new MemorySnapshotStore(), new Random(seed));
        using var coordinator = Create(null);
        var sets = Enumerable.Range(0, Ranges).Select(i => Create(new IdRange(i, Ranges))).ToArray();
        var writers = sets.Select(set => SnapshotPartWriter.Begin(store, set, NameOf(set))).ToArray();
        try
        {
            using var chain = await SnapshotChain.OpenAsync(store, coordinator);
            for (var commit = 0; commit < 4; commit++)
            {
                for (var i = 0; i < 10; i++) CountSome(sets, random);
                var atCut = sets.Select(StateOf).ToArray();
                await using var pending = await chain.CutAsync(new SnapshotCommitContents { PartNames = [.. sets.Select(NameOf)] });
                await pending.WriteAsync(await WriteWhileCountingAsync(writers, pending.Plan, sets, random));
                for (var i = 0; i < Ranges; i++) Assert.That(await RestoredAsync(store, i), Is.EqualTo(atCut[i]), $"range {i}");
            }
        }
        finally
        {
            foreach (var writer in writers) writer.Dispose();
            foreach (var set in sets) set.Dispose();
        }
    }

    private static async Task<List<SnapshotPart>> WriteWhileCountingAsync(
        SnapshotPartWriter[] writers, SnapshotPartPlan plan, EmbeddingTableSet[] sets, Random random)
    {
        var (cuts, parts) = (new List<PendingPart>(), new List<SnapshotPart>());
        try
        {
            foreach (var writer in writers) cuts.Add(await writer.CutAsync(plan));
            foreach (var cut in cuts)
            {
                CountSome(sets, random);
                var writing = cut.WriteAsync();
                do CountSome(sets, random);
                while (!writing.IsCompleted);
                parts.Add(await writing);
            }
            return parts;
        }
        finally
        {
            foreach (var cut in cuts) await cut.DisposeAsync();
        }
    }

    private static async Task<string[]> RestoredAsync(SnapshotStore store, int range)
    {
        using var set = Create(new IdRange(range, Ranges));
        using var writer = await SnapshotPartWriter.OpenAsync(store, set, NameOf(set));
        return StateOf(set);
    }

    private static void CountSome(EmbeddingTableSet[] sets, Random random)
    {
        long[] ids = [.. Enumerable.Range(0, BatchIds).Select(_ => (long)random.Next(100_000))];
        foreach (var table in sets.Select(set => set.Tables[0]))
        {
            long[] own = [.. ids.Where(table.Range.Contains)];
            table.SetQuota(BatchIds, BatchIds);
            table.LookupOrAdmit(own, [], new float[own.Length], At.Seconds(1000));
        }
    }

    private static string NameOf(EmbeddingTableSet set) => set.Tables[0].Range.ToString();

    private static string[] StateOf(EmbeddingTableSet set) =>
        [.. AdmissionRecordList.Of(set.Tables[0]).Select(record => $"{record.MixedId:x16} {Convert.ToHexString(record.Bytes.Span)}")];

    private static EmbeddingTableSet Create(IdRange? range)
    {
        var options = TestTable.Plain(8, 1, o => o.Admission = new MinOccurrencesOptions(4)
        {
            Counter = new SketchCounterOptions { Bytes = 5 * SketchCounterOptions.MinBytes },
        });
        return new EmbeddingTableSet(
            new TableSchema([options]), new EmbeddingTableSetOptions { Seed = 1, MemoryLimitBytes = 1 << 30, Range = range });
    }
}
