using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training.Schedules;

namespace Monolith.Embeddings.Training.Commits;

internal sealed partial class TrainerCommits
{
    private readonly TrainerHeartbeat _heartbeat = new(
        chain, options.Synchronization.HeartbeatEvery, options.Logger ?? NullLogger.Instance, time);

    /// <summary>
    /// How long until there is something to do though no batch comes; <see cref="Timeout.InfiniteTimeSpan"/> where only <see cref="Wake"/>
    /// or a batch changes that.
    /// </summary>
    /// <param name="now">Where training stands.</param>
    public TimeSpan DueIn(StreamPoint now) => Earlier(Earlier(CommitDueIn(now), _upkeep.DueIn), _heartbeat.DueIn);

    /// <summary>Tells replicas how the run ended.</summary>
    public ValueTask EndRunAsync(HeartbeatState state, StreamPoint now) => _heartbeat.EndRunAsync(state, now, _committed);

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) =>
        one == Timeout.InfiniteTimeSpan || (other != Timeout.InfiniteTimeSpan && other < one) ? other : one;
}
