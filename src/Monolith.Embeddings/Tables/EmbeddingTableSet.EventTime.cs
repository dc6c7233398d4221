using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTableSet
{
    /// <summary>
    /// Takes back newest event times that are too far ahead, in every table, see
    /// <see cref="EmbeddingTable.SetEventTimeBack"/>.
    /// </summary>
    /// <param name="eventTime">
    /// The newest event time that is right, rounded down to whole seconds; tables that are earlier stay.
    /// </param>
    /// <returns>How many rows were stamped with it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The time lies before 1970 or after 2106-02-07 06:28:15; nothing changed.
    /// </exception>
    public long SetEventTimeBack(DateTimeOffset eventTime)
    {
        var seconds = EventSeconds.Of(eventTime);
        return _tables.Sum(table => table.SetEventSecondsBack(seconds));
    }

    /// <inheritdoc />
    public override ValueTask<long> SetEventTimeBackAsync(DateTimeOffset eventTime, CancellationToken cancellationToken = default) =>
        new(SetEventTimeBack(eventTime));

    /// <inheritdoc />
    public override void ConfirmEventTime(DateTimeOffset eventTime) => ConfirmEventTime(EventSeconds.Of(eventTime));

    internal void ConfirmEventTime(uint eventTime)
    {
        foreach (var table in _tables)
        {
            if (eventTime > table.NewestEventSeconds) table.ConfirmEventTime(eventTime);
        }
    }

    /// <inheritdoc />
    public override ValueTask<long> RevokeEventTimeAsync(
        DateTimeOffset revoked, DateTimeOffset eventTime, CancellationToken cancellationToken = default) =>
        new(RevokeEventTime(EventSeconds.Of(revoked), EventSeconds.Of(eventTime)));

    internal long RevokeEventTime(uint revoked, uint eventTime)
    {
        var changed = 0L;
        foreach (var table in _tables)
        {
            if (table.NewestEventSeconds == revoked) changed += table.SetEventSecondsBack(eventTime);
        }
        return changed;
    }

    internal override void LeaveImplausibleTimesToTrainer()
    {
        foreach (var table in _tables) table.LeaveImplausibleTimesToTrainer();
    }

    /// <summary>Takes the newest event times that saved tables had seen.</summary>
    internal void ConfirmSavedEventTimes(ReadOnlySpan<uint> eventTimes)
    {
        for (var i = 0; i < _tables.Length; i++)
        {
            if (eventTimes[i] > 0) _tables[i].ConfirmSavedEventTime(eventTimes[i]);
        }
    }
}
