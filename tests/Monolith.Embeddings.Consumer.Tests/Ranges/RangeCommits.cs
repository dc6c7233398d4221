using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

/// <summary>Commits of ranges, by a chain that cuts and writes their parts.</summary>
internal sealed class RangeCommits : IAsyncDisposable
{
    private readonly SnapshotChain _chain;

    private RangeCommits(SnapshotChain chain) => _chain = chain;

    /// <summary>Restores each range from its part of the newest commit, where there is one.</summary>
    /// <param name="store">Where the parts live.</param>
    /// <param name="tables">The ranges; empty.</param>
    /// <param name="answersLater">Whether the parts answer later.</param>
    public static async Task<RangeCommits> OpenAsync(SnapshotStore store, RangeFixture tables, bool answersLater)
    {
        SnapshotParts parts = answersLater ? new PartsAnsweringLater(tables.Parts) : new LocalSnapshotParts(tables.Parts);
        return new RangeCommits(await SnapshotChain.OpenAsync(store, tables.Cut, parts));
    }

    /// <summary>Cuts everywhere, lets the tables go on, and publishes all parts at once.</summary>
    public async Task<SnapshotCommit> CommitAsync(Func<Task> goOn)
    {
        await using var pending = await _chain.CutAsync(new SnapshotCommitContents());
        var plan = pending.Plan;
        await goOn();
        var commit = await pending.WriteAsync();
        Assert.That((commit.From, commit.To), Is.EqualTo((plan.From, plan.To)));
        return commit;
    }

    public ValueTask DisposeAsync() => _chain.DisposeAsync();
}
