using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Scoring;

namespace Experiments.Intervals;

/// <summary>A replica that is refreshed at certain times, and what it predicted.</summary>
internal sealed class ServingCopy : IAsyncDisposable
{
    private readonly ModelReplica _replica;
    private DateOnly _day;

    private ServingCopy(RefreshTimes times, ModelReplica replica, DateOnly day) => (Times, _replica, _day) = (times, replica, day);

    /// <summary>When it is refreshed.</summary>
    public RefreshTimes Times { get; }

    /// <summary>What it predicts with.</summary>
    public Predictor Predictor => _replica;

    /// <summary>The commit that it has. Two copies with one commit predict the same.</summary>
    public ulong Commit => _replica.Version.Number;

    /// <summary>What it predicted.</summary>
    public ScoreLog Scores { get; } = new();

    /// <summary>Opens a copy that has the store's newest commit.</summary>
    public static async Task<ServingCopy> OpenAsync(
        RefreshTimes times, SnapshotStore store, Func<OnlineModel> createModel, DateOnly day, CancellationToken cancellationToken)
    {
        var options = new ModelReplicaOptions { PollEvery = Timeout.InfiniteTimeSpan, MaxDegreeOfParallelism = 1 };
        return new(times, await ModelReplica.OpenAsync(store, _ => createModel(), options, cancellationToken: cancellationToken), day);
    }

    /// <summary>Refreshes the copy where that is due, and checks that it is not older than its interval allows.</summary>
    /// <param name="shard">The shard that is predicted next.</param>
    /// <param name="day">The day on which the shard begins.</param>
    /// <param name="newest">The store's newest commit.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task RefreshAsync(int shard, DateOnly day, ulong newest, CancellationToken cancellationToken)
    {
        if (!Times.IsDue(shard, day > _day)) return;
        await _replica.CatchUpAsync(cancellationToken);
        _day = day;
        if (Commit != newest) throw new InvalidOperationException($"The copy has commit {Commit} and the store {newest}.");
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _replica.DisposeAsync();
}
