using FsCheck.Fluent;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables.Eviction;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>Full and deltas are the tables at the cut, whatever happens before, while they are written, and after.</summary>
public class SnapshotHistoryTests : LeakChecked
{
    [Test]
    public void What_is_restored_is_what_was_there_at_the_cut(
        [Values(1, 4, 64)] int stripes, [Values] bool isShortOfNumbers)
    {
        var verb = Gen.Frequency((10, Gen.Choose(0, 6)), (5, Gen.Choose(7, 13)), (3, Gen.Choose(9, 10)));
        var step = verb.SelectMany(_ => Gen.Choose(0, int.MaxValue), (v, seed) => new ExpiryStep(v, seed));
        RandomSteps.Check(
            step, _ => [], tests: 60, longest: 120, steps => RunAsync(stripes, isShortOfNumbers, steps).GetAwaiter().GetResult());
    }

    private static async Task RunAsync(int stripes, bool isShortOfNumbers, ExpiryStep[] steps)
    {
        await using var history = await SnapshotHistory.BeginAsync(stripes, isShortOfNumbers);
        foreach (var step in steps) await history.DoAsync(step);
        await history.FinishAsync();
    }
}
