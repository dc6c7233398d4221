using System.Runtime.CompilerServices;
using Monolith.Embeddings.Streams;

namespace JoinRatios;

/// <summary>Impressions that are made as they are read.</summary>
/// <param name="shape">Their times.</param>
/// <param name="count">How many.</param>
internal sealed class ShownLog(TrafficShape shape, long count) : RecordLog<Shown>
{
    public override async IAsyncEnumerable<LogRecord<Shown>> ReadAsync(
        LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        for (var number = from.Offset; number < count; number++)
            yield return new LogRecord<Shown>(new Shown(number, shape.TimeOf(number)), new LogPosition("", number + 1));
    }
}
