using Monolith.Embeddings.Expiry.EventTimes;
using Monolith.Embeddings.Tables.Eviction;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>
    /// The newest event time that a verb carried, in seconds since the Unix epoch; 0 before the first. A time that leads by more than
    /// <see cref="EmbeddingTableSetOptions.EventTimeSkew"/> waits to be confirmed, and one that leads the clock by more is not believed.
    /// </summary>
    public uint NewestEventTime => _clock.Newest;

    /// <summary>When event times are believed.</summary>
    internal EventTimeRules EventTimes => _clock.Rules;

    /// <summary>
    /// Takes back a newest event time that is too far ahead, so that rows expire again: it becomes the one given, unless it is earlier
    /// already. Every row that is stamped later, and would
    /// live until then, is stamped with it too; earlier ones stay. Goes in slices while other verbs go on; those under way may still write
    /// later times. Ids that an admission filter
    /// counts keep their times. A trainer has a newest event time of its own: use <c>OnlineTrainer.SetEventTimeBackAsync</c>.
    /// </summary>
    /// <param name="eventTime">The newest event time that is right, in seconds since the Unix epoch; 0 where none is known.</param>
    /// <returns>How many rows were stamped with it.</returns>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public long SetEventTimeBack(uint eventTime)
    {
        _stripes.Gate.RequireOpen();
        _clock.SetBack(eventTime);
        var changed = 0L;
        _stripes.Walk((stripe, cursor) => changed += stripe.SetBackTimes(cursor, _stripes.SliceRows, eventTime));
        return changed;
    }

    /// <inheritdoc cref="TableClock.Confirm" />
    internal void ConfirmEventTime(uint eventTime) => _clock.Confirm(eventTime);

    /// <inheritdoc cref="TableClock.ConfirmImported" />
    internal void ConfirmImportedEventTime(uint eventTime) => _clock.ConfirmImported(eventTime);

    /// <inheritdoc cref="TableClock.ConfirmSaved" />
    internal void ConfirmSavedEventTime(uint eventTime) => _clock.ConfirmSaved(eventTime);

    /// <summary>Whether rows may expire.</summary>
    internal bool HasExpiry => _expiry is not null;

    /// <inheritdoc cref="TableClock.LeaveImplausibleTimesToTrainer" />
    internal void LeaveImplausibleTimesToTrainer() => _clock.LeaveImplausibleTimesToTrainer();
}
