using System.Runtime.CompilerServices;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>A log of given records. Some of them let the reader wait.</summary>
/// <param name="records">The records.</param>
/// <param name="seed">Decides which are waited for.</param>
internal sealed class ScriptedLog(IReadOnlyList<ScriptedRecord> records, int seed) : CountedLog
{
    public LogPosition Committed { get; private set; }

    public override ValueTask CommittedAsync(LogPosition position, CancellationToken cancellationToken)
    {
        Committed = position;
        return ValueTask.CompletedTask;
    }

    protected override async IAsyncEnumerable<LogRecord<ScriptedRecord>> ReadFrom(
        int from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        for (var i = from; i < records.Count; i++)
        {
            if (random.Next(4) == 0) await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return At(records, i);
        }
    }
}
