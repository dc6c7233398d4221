using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// A trainer that commits, a compaction, a cleaning, and the next trainer with other stripes; where the store fails, they try again. Knows
/// what each commit must bring back, and which was last said to be durable.
/// </summary>
internal sealed class ChainStory(SnapshotStore store)
{
    private readonly ChainStates _states = new();
    private SnapshotCommit? _reported;

    public int Failures { get; private set; }

    /// <summary>Whether it reached its end.</summary>
    public bool IsOver { get; private set; }

    public async Task RunAsync()
    {
        try
        {
            await TrainAsync(stripes: 1, commits: 2);
            await TryAsync(() => SnapshotCompactor.CompactAsync(store));
            await TrainAsync(stripes: 2, commits: 1);
            await TryAsync(() => SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero }));
            IsOver = true;
        }
        catch (PowerCutException)
        {
        }
    }

    /// <summary>
    /// What a store that was reopened must hold: the last reported commit or a later one, to the bit. And the next trainer goes on.
    /// </summary>
    public async Task AssertHeldByAsync(SnapshotStore reopened)
    {
        using (var restored = await TrainedChain.OpenAsync(reopened, 0, 2, _states, ids: 12))
        {
            if (_reported is not null)
            {
                Assert.That(restored.Chain.Newest?.Number, Is.GreaterThanOrEqualTo(_reported.Number),
                    "A commit that was reported durable is lost.");
            }
            restored.Train(5);
            await restored.CommitAsync();
        }
        using var again = await TrainedChain.OpenAsync(reopened, 0, 1, _states, ids: 12);
    }

    private async Task TrainAsync(int stripes, int commits)
    {
        using var trained = await TryAsync(() => TrainedChain.OpenAsync(store, seed: stripes, stripes, _states, ids: 12));
        for (; commits > 0; commits--)
        {
            trained.Train(12);
            _reported = await TryAsync(() => trained.CommitAsync());
        }
    }

    private async Task<T> TryAsync<T>(Func<Task<T>> step)
    {
        while (true)
        {
            try
            {
                return await step();
            }
            catch (SnapshotException)
            {
                Failures++;
            }
        }
    }
}
