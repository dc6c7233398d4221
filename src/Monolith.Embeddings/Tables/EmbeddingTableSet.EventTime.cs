namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTableSet
{
    /// <summary>
    /// Takes back newest event times that are too far ahead, in every table, see <see cref="EmbeddingTable.SetEventTimeBack"/>.
    /// </summary>
    /// <param name="eventTime">The newest event time that is right, in seconds since the Unix epoch; tables that are earlier stay.</param>
    /// <returns>How many rows were stamped with it.</returns>
    public long SetEventTimeBack(uint eventTime) => _tables.Sum(table => table.SetEventTimeBack(eventTime));

    /// <summary>Takes an event time that somebody else vouches for, in every table.</summary>
    internal void ConfirmEventTime(uint eventTime)
    {
        foreach (var table in _tables)
        {
            if (eventTime > table.NewestEventTime) table.ConfirmEventTime(eventTime);
        }
    }

    /// <summary>Takes back an event time that was vouched for, in the tables that have it still.</summary>
    internal void RevokeEventTime(uint revoked, uint eventTime)
    {
        foreach (var table in _tables)
        {
            if (table.NewestEventTime == revoked) table.SetEventTimeBack(eventTime);
        }
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
