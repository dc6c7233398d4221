using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

/// <summary>Commits of ranges: a coordinator without a row, and of each range a part, at the cut that the coordinator names.</summary>
internal sealed class RangeCommits : IDisposable
{
    private readonly EmbeddingTableSet _coordinator;
    private readonly List<SnapshotPartWriter> _writers = [];
    private SnapshotChain? _chain;

    private RangeCommits(EmbeddingTableSet coordinator) => _coordinator = coordinator;

    /// <summary>Restores each range from its part of the newest commit, where there is one.</summary>
    /// <param name="store">Where the parts live.</param>
    /// <param name="parts">The ranges; empty.</param>
    /// <param name="coordinator">Tables of all ids; empty, and they stay so.</param>
    public static async Task<RangeCommits> OpenAsync(
        SnapshotStore store, IReadOnlyList<EmbeddingTableSet> parts, EmbeddingTableSet coordinator)
    {
        var commits = new RangeCommits(coordinator);
        try
        {
            foreach (var part in parts)
                commits._writers.Add(await SnapshotPartWriter.OpenAsync(store, part, part.Tables[0].Range.ToString()));
            commits._chain = await SnapshotChain.OpenAsync(store, coordinator, new() { RestoreParts = false });
            return commits;
        }
        catch
        {
            commits.Dispose();
            throw;
        }
    }

    /// <summary>Cuts everywhere, lets the tables go on, and publishes all parts at once.</summary>
    public async Task<SnapshotCommit> CommitAsync(Func<Task> goOn)
    {
        string[] names = [.. _writers.Select(writer => writer.Name)];
        await using var pending = await _chain!.CutAsync(new SnapshotCommitContents { PartNames = names });
        var (plan, cuts) = (pending.Plan, new List<PendingPart>());
        try
        {
            foreach (var writer in _writers) cuts.Add(await writer.CutAsync(plan));
            await goOn();
            var parts = new List<SnapshotPart>();
            foreach (var cut in cuts) parts.Add(await cut.WriteAsync());
            var commit = await pending.WriteAsync(parts);
            Assert.That((commit.From, commit.To), Is.EqualTo((plan.From, plan.To)));
            return commit;
        }
        finally
        {
            foreach (var cut in cuts) await cut.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _chain?.Dispose();
        foreach (var writer in _writers) writer.Dispose();
        _coordinator.Dispose();
    }
}
