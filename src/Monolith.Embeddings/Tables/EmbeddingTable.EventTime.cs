using Monolith.Embeddings.Expiry.EventTimes;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Eviction;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>
    /// The newest event time that a verb carried, in whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> before the first. A time that
    /// leads by more than <see cref="EmbeddingTableSetOptions.EventTimeSkew"/> waits to be confirmed, and one that leads the clock by more
    /// is not believed.
    /// </summary>
    public DateTimeOffset NewestEventTime => EventSeconds.ToTime(NewestEventSeconds);

    /// <summary>The same in seconds since the Unix epoch; 0 before the first.</summary>
    internal uint NewestEventSeconds => _clock.Newest;

    /// <summary>
    /// The latest event time that is not of the future: that of the set's <see cref="TimeProvider"/> and
    /// <see cref="EmbeddingTableSetOptions.EventTimeSkew"/>, and the last that rows can hold, 2106-02-07 06:28:15, where the set does not
    /// <see cref="EmbeddingTableSetOptions.RefuseFutureEventTimes"/>. Verbs write no later time into a row, and imports refuse one.
    /// </summary>
    public DateTimeOffset LatestEventTime => EventSeconds.ToTime(EventTimes.LatestSecond);

    /// <summary>When event times are believed.</summary>
    internal EventTimeRules EventTimes => _clock.Rules;

    /// <summary>
    /// Takes back a newest event time that is too far ahead, so that rows expire again: it becomes the one given, unless it is earlier
    /// already. Every row that is stamped later, and would live until then, is stamped with it too; earlier ones stay. Goes in slices while
    /// other verbs go on; those under way may still write later times. Ids that an admission filter counts keep their times. A trainer has
    /// a newest event time of its own: use <c>OnlineTrainer.SetEventTimeBackAsync</c>.
    /// </summary>
    /// <param name="eventTime">
    /// The newest event time that is right, rounded down to whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> where none is known.
    /// </param>
    /// <returns>How many rows were stamped with it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The time lies before 1970 or after 2106-02-07 06:28:15; nothing changed.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public long SetEventTimeBack(DateTimeOffset eventTime) => SetEventSecondsBack(EventSeconds.Of(eventTime));

    /// <inheritdoc cref="SetEventTimeBack" />
    /// <param name="seconds">The time, in seconds since the Unix epoch.</param>
    internal long SetEventSecondsBack(uint seconds)
    {
        _stripes.Gate.RequireOpen();
        _clock.SetBack(seconds);
        var changed = 0L;
        _stripes.Walk((stripe, cursor) => changed += stripe.SetBackTimes(cursor, _stripes.SliceRows, seconds));
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
