using System.Runtime.CompilerServices;
using Monolith.Embeddings.Streams;

namespace DelayedFeedback;

/// <summary>A sequence as a log, whose places are counts.</summary>
/// <param name="open">Opens the sequence at its first record.</param>
internal sealed class SequenceLog<TRecord>(Func<IEnumerable<TRecord>> open) : RecordLog<TRecord>
{
    public override async IAsyncEnumerable<LogRecord<TRecord>> ReadAsync(
        LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        var count = from.Offset;
        foreach (var record in open().Skip((int)count)) yield return new(record, new LogPosition("", ++count));
    }
}
