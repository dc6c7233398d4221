using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>Snapshots that are written while training goes on at full speed hold what a second run holds that stopped at the cut.</summary>
public class PointInTimeTests : LeakChecked
{
    private const int Snapshots = 20, BatchesBeforeTheFirstReport = 2;

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    [Test]
    public async Task Snapshots_under_training_load_equal_a_run_that_stopped_at_the_cut([Values(1, 16)] int stripes)
    {
        var store = new MemorySnapshotStore();
        var (cuts, restored, during) = (new List<int>(), new List<string[]>(), 0);
        using (var load = new TrainingLoad(stripes))
        {
            using var chain = await SnapshotChain.OpenAsync(store, load.Tables);
            for (var i = 0; i < Snapshots; i++)
            {
                for (var batch = 0; batch < 10; batch++) load.Next();
                await using var pending = await chain.CutAsync(NoSections, full: i % 3 == 0);
                cuts.Add(load.Batches);
                // The writing waits at its first report, so that there are batches before its end.
                using var learned = new ManualResetEventSlim();
                var writing = pending.WriteAsync(new Told(learned.Wait));
                try
                {
                    for (var batch = 0; batch < BatchesBeforeTheFirstReport && !writing.IsCompleted; batch++, during++) load.Next();
                }
                finally
                {
                    learned.Set();
                }
                for (; !writing.IsCompleted; during++) load.Next();
                await writing;
                restored.Add(await RestoreAsync(store, 4));
            }
        }
        using var second = new TrainingLoad(stripes);
        foreach (var (cut, found) in cuts.Zip(restored))
        {
            while (second.Batches < cut) second.Next();
            Assert.That(found, Is.EqualTo(SavedState.Of(second.Tables)), $"the cut after batch {cut}");
        }
        Assert.That(during, Is.GreaterThanOrEqualTo(BatchesBeforeTheFirstReport * Snapshots), "batches while snapshots were written");
    }

    private static async Task<string[]> RestoreAsync(MemorySnapshotStore store, int stripes)
    {
        using var tables = TrainingLoad.Create(stripes);
        var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None);
        await RestoredSnapshot.RestoreAsync(store, manifest!, tables, 2, null, CancellationToken.None);
        return SavedState.Of(tables);
    }

    private sealed class Told(Action told) : IProgress<SnapshotProgress>
    {
        public void Report(SnapshotProgress value) => told();
    }
}
