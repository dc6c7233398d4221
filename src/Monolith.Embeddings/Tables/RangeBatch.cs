namespace Monolith.Embeddings.Tables;

/// <summary>What a batch asks of one range of one table, with what the range must be told. Not thread-safe.</summary>
/// <param name="range">The index of the range.</param>
/// <param name="table">The index of the table in the schema.</param>
public sealed class RangeBatch(int range, int table)
{
    /// <summary>The index of the range.</summary>
    public int Range { get; } = range;

    /// <summary>The index of the table in the schema.</summary>
    public int Table { get; } = table;

    /// <summary>The ids of the range, and where the answers go.</summary>
    public TableBatch Batch { get; } = new();

    /// <summary>What rows are written with, in whole seconds; the Unix epoch stands for <see cref="NewestEventTime"/>.</summary>
    public DateTimeOffset EventTime { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>The newest event time that is accepted, in whole seconds; the Unix epoch where none is known.</summary>
    public DateTimeOffset NewestEventTime { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>How many rows the range may create.</summary>
    public long NewRows { get; set; }

    /// <summary>How many ids the range may begin to count.</summary>
    public long NewCountedIds { get; set; }

    /// <summary>The answer: what the range holds after a lookup that admits.</summary>
    public RangeState State { get; set; }
}
