namespace Monolith.Embeddings.Streams;

/// <summary>A record of a log, and where the next one begins.</summary>
/// <typeparam name="TRecord">The application's record.</typeparam>
public readonly struct LogRecord<TRecord>
{
    /// <summary>Creates the record.</summary>
    /// <param name="value">The application's record.</param>
    /// <param name="next">The place after it.</param>
    public LogRecord(TRecord value, LogPosition next) => (Value, Next) = (value, next);

    /// <summary>The record.</summary>
    public TRecord Value { get; }

    /// <summary>The place after it: a source that is opened there goes on with the next record.</summary>
    public LogPosition Next { get; }

    /// <summary>The number of its line in the file, from 1, for messages; 0 (the default) where it is not known.</summary>
    public long Line { get; init; }

    /// <summary>
    /// Why this record could not be read, where those behind it can: then it is a bad record (<see cref="BadRecords{TRecord}"/>), as if its
    /// encoder had thrown this, and <see cref="Value"/> is what there is of it. Null (the default) for a sound one.
    /// </summary>
    public Exception? Error { get; init; }

    /// <summary>
    /// A record that could not be read, as it stands in the log, for the code that handles it; valid until the next one is read. Empty (the
    /// default) where there is nothing to show.
    /// </summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>
    /// The offset at which it begins, for messages; null (the default) where it begins after the record before it.
    /// </summary>
    public long? Offset { get; init; }
}
