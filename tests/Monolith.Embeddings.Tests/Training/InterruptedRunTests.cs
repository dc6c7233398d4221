using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>
/// Whatever a trainer calls may throw at any batch: a run that goes on afterwards ends with the bits of one that was not disturbed.
/// </summary>
public class InterruptedRunTests : LeakChecked
{
    [Test]
    public async Task A_run_that_goes_on_after_an_exception_comes_to_the_same_bits(
        [Values] Interruption point, [Values(0, 2)] int ahead, [Values] bool hasStore, [Values] Staleness staleness)
    {
        // What fails within a batch is another matter, see below.
        if ((IsOfStore(point) && !hasStore) || point == Interruption.Train) return;
        var (expected, hits) = await UndisturbedAsync(point, ahead, hasStore, staleness);
        Assert.That(hits, Is.GreaterThan(1), "the point is met");
        foreach (var at in Places.Between(1, hits + 1))
        {
            var store = hasStore ? new MemorySnapshotStore() : null;
            await using var run = new InterruptedRun(point, at, ahead, store, staleness: staleness);
            var failures = await run.GoOnUntilDoneAsync();
            // How many commits there are, and how often they ask, goes by the clock; those that fail are tried again without the run's end.
            var isByTheClock = IsOfStore(point) || (hasStore && point == Interruption.Policy);
            Assert.That(failures, isByTheClock ? Is.LessThan(2) : Is.EqualTo(1), $"at {at}");
            Assert.That(run.State(), Is.EqualTo(expected), $"{point} at {at} of {hits}");
            if (store is null) continue;
            Assert.That(await RestoredAsync(store, staleness), Is.EqualTo(expected), $"restored, {point} at {at} of {hits}");
        }
    }

    [Test]
    public async Task A_source_that_throws_and_is_tolerated_is_not_noticed(
        [Values(Interruption.Source, Interruption.Encoder, Interruption.Committed)] Interruption point, [Values(0, 2)] int ahead,
        [Values] Staleness staleness)
    {
        var (expected, hits) = await UndisturbedAsync(point, ahead, hasStore: true, staleness);
        foreach (var at in Places.Between(1, hits + 1))
        {
            var store = new MemorySnapshotStore();
            await using var run = new InterruptedRun(point, at, ahead, store, tolerated: 1, staleness);
            Assert.That(await run.GoOnUntilDoneAsync(), Is.Zero, $"{point} at {at} of {hits}");
            Assert.That(run.State(), Is.EqualTo(expected), $"{point} at {at} of {hits}");
            Assert.That(await RestoredAsync(store, staleness), Is.EqualTo(expected), $"restored, {point} at {at} of {hits}");
        }
    }

    [Test]
    public async Task What_fails_within_a_batch_goes_on_from_the_store([Values(0, 2)] int ahead, [Values] Staleness staleness)
    {
        var (expected, hits) = await UndisturbedAsync(Interruption.Train, ahead, hasStore: true, staleness);
        for (var at = 1; at <= hits; at++)
        {
            var store = new MemorySnapshotStore();
            await using (var run = new InterruptedRun(Interruption.Train, at, ahead, store, staleness: staleness))
            {
                Assert.That(run.RunAsync, Throws.InstanceOf<InterruptionException>());
                Assert.That(run.RunAsync, Throws.InvalidOperationException.With.Message.Contains("in the middle"));
            }
            Assert.That(await RestoredAsync(store, staleness), Is.EqualTo(expected), $"at {at}");
        }
    }

    private static bool IsOfStore(Interruption point) =>
        point is Interruption.SnapshotProgress or Interruption.Save or Interruption.Committed or Interruption.Store
            or Interruption.StoreTimeout;

    private static async Task<(string State, int Hits)> UndisturbedAsync(
        Interruption point, int ahead, bool hasStore, Staleness staleness)
    {
        var store = hasStore ? new MemorySnapshotStore() : null;
        await using var run = new InterruptedRun(point, int.MaxValue, ahead, store, staleness: staleness);
        Assert.That(await run.GoOnUntilDoneAsync(), Is.Zero);
        return (run.State(), run.Hits);
    }

    private static async Task<string> RestoredAsync(MemorySnapshotStore store, Staleness staleness)
    {
        await using var run = new InterruptedRun(Interruption.Train, int.MaxValue, 0, store, staleness: staleness);
        await run.RunAsync();
        return run.State();
    }
}
