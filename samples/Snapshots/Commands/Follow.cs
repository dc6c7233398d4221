using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Samples.Common;

namespace SnapshotsSample.Commands;

/// <summary>Serves from a store: recommends items to a user after each commit that it follows.</summary>
public sealed class Follow(TextWriter output)
{
    private const int Candidates = 200;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>The dimension of the vectors.</summary>
    public int Dimension { get; init; } = 8;

    /// <summary>How weights are held.</summary>
    public RowFormat Precision { get; init; } = RowFormat.Float16;

    /// <summary>Whom to recommend items to.</summary>
    public long User { get; init; } = 1;

    /// <summary>Follows until the replica holds a commit.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(SnapshotStore store, ulong until, CancellationToken cancellationToken)
    {
        var clicks = new ClickModel(Dimension);
        await using var replica = await ModelReplica.OpenAsync(
            store, clicks.CreateModel(), new ModelReplicaOptions { Precision = Precision, PollEvery = Poll },
            cancellationToken: cancellationToken);
        var (told, failure) = (0ul, "");
        while (true)
        {
            if (replica.Version.Number > told) Tell(replica, clicks, told = replica.Version.Number);
            if (replica.LastFailure is { } last && last.Message != failure) output.WriteLine(failure = last.Message);
            if (told >= until) return 0;
            await Task.Delay(Poll, cancellationToken);
        }
    }

    // The user's side is looked up and pooled once, whatever the number of candidates.
    private void Tell(ModelReplica replica, ClickModel clicks, ulong commit)
    {
        using var request = replica.Rent(Candidates);
        request.Shared.Id(clicks.User, User);
        for (var item = 0; item < Candidates; item++) request.Add().Id(clicks.Item, item);
        var scores = new float[Candidates];
        replica.Predict(request, scores);
        var best = Enumerable.Range(0, Candidates).OrderByDescending(item => scores[item]).Take(3);
        output.WriteLine($"replica: commit {commit}, {Bytes.Format(replica.MemoryBytes)}, for user {User}: "
            + $"{string.Join(", ", best.Select(item => $"item {item} ({scores[item]:F3})"))}");
    }
}
