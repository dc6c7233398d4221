using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>A log that is written while it is read; it can be read once.</summary>
internal sealed class ChannelLog : RecordLog<ScriptedRecord>
{
    private readonly Channel<ScriptedRecord> _records = Channel.CreateUnbounded<ScriptedRecord>();

    public void Write(ScriptedKind kind, long key, long time) => _records.Writer.TryWrite(new ScriptedRecord(kind, key, time, key, 0, 1));

    public void Complete(Exception? error = null) => _records.Writer.Complete(error);

    public override async IAsyncEnumerable<LogRecord<ScriptedRecord>> ReadAsync(
        LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var offset = from.Offset;
        await foreach (var record in _records.Reader.ReadAllAsync(cancellationToken))
            yield return new LogRecord<ScriptedRecord>(record, new LogPosition("", ++offset));
    }
}
