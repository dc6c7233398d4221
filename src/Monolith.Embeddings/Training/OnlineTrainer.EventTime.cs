using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private readonly TrainerEventTimes _times;

    /// <summary>How many examples had an event time that was not what it should be.</summary>
    public EventTimeCounts EventTimes => _times.Counts;

    /// <summary>
    /// Takes back a newest event time that is too far ahead, of the trainer and of its tables, so that rows expire again; see
    /// <see cref="EmbeddingTable.SetEventTimeBack"/>. Between two runs. A trainer with a store restores its newest commit first, where no
    /// run has done so; the next commit holds the change.
    /// </summary>
    /// <param name="eventTime">The newest event time that is right; an earlier one stays.</param>
    /// <param name="cancellationToken">Cancels the restore.</param>
    /// <returns>How many rows were stamped with it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The time lies before 1970 or after 2106-02-07 06:28:15; nothing changed.
    /// </exception>
    /// <exception cref="InvalidOperationException">It runs.</exception>
    /// <exception cref="Snapshots.SnapshotException">The store's newest commit cannot be restored.</exception>
    public async Task<long> SetEventTimeBackAsync(DateTimeOffset eventTime, CancellationToken cancellationToken = default)
    {
        EventSeconds.Require(eventTime);
        if (Interlocked.Exchange(ref _isRunning, 1) != 0) throw new InvalidOperationException("The trainer runs; stop it first.");
        try
        {
            if (_commits is null) await BeginCommitsAsync(cancellationToken).ConfigureAwait(false);
            return await _times.SetBackAsync(eventTime, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await EndRunAsync().ConfigureAwait(false);
        }
    }
}
