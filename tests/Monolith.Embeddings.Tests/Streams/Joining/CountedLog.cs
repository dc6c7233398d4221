using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>A log of given records that knows how many of them its reader has taken. A place is the number of records before it.</summary>
internal abstract class CountedLog : RecordLog<ScriptedRecord>
{
    /// <summary>How many records lie before the place that its reader has reached.</summary>
    public int Taken { get; private set; }

    /// <summary>Its reader takes a record.</summary>
    public void Take() => Taken++;

    public sealed override IAsyncEnumerable<LogRecord<ScriptedRecord>> ReadAsync(LogPosition from, CancellationToken cancellationToken)
    {
        Taken = (int)from.Offset;
        return ReadFrom(Taken, cancellationToken);
    }

    protected static LogRecord<ScriptedRecord> At(IReadOnlyList<ScriptedRecord> records, int i) =>
        new(records[i], new LogPosition("", i + 1));

    protected abstract IAsyncEnumerable<LogRecord<ScriptedRecord>> ReadFrom(int from, CancellationToken cancellationToken);
}
