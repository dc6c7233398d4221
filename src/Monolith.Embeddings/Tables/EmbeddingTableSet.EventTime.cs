namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTableSet
{
    /// <summary>
    /// Takes back newest event times that are too far ahead, in every table, see <see cref="EmbeddingTable.SetEventTimeBack"/>.
    /// </summary>
    /// <param name="eventTime">The newest event time that is right, in seconds since the Unix epoch; tables that are earlier stay.</param>
    /// <returns>How many rows were stamped with it.</returns>
    public long SetEventTimeBack(uint eventTime) => _tables.Sum(table => table.SetEventTimeBack(eventTime));

    /// <inheritdoc />
    public override ValueTask<long> SetEventTimeBackAsync(uint eventTime, CancellationToken cancellationToken = default) =>
        new(SetEventTimeBack(eventTime));

    /// <inheritdoc />
    public override void BelieveEventTime(uint eventTime)
    {
        foreach (var table in _tables)
        {
            if (eventTime > table.NewestEventTime) table.BelieveEventTime(eventTime);
        }
    }

    /// <inheritdoc />
    public override ValueTask<long> RevokeEventTimeAsync(uint revoked, uint eventTime, CancellationToken cancellationToken = default)
    {
        var changed = 0L;
        foreach (var table in _tables)
        {
            if (table.NewestEventTime == revoked) changed += table.SetEventTimeBack(eventTime);
        }
        return new(changed);
    }

    internal override void LeaveImplausibleTimesToTrainer()
    {
        foreach (var table in _tables) table.LeaveImplausibleTimesToTrainer();
    }

    /// <summary>Takes the newest event times that saved tables had seen.</summary>
    internal void BelieveSavedEventTimes(ReadOnlySpan<uint> eventTimes)
    {
        for (var i = 0; i < _tables.Length; i++)
        {
            if (eventTimes[i] > 0) _tables[i].BelieveSavedEventTime(eventTimes[i]);
        }
    }
}
