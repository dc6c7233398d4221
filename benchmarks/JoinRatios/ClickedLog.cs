using System.Runtime.CompilerServices;
using Monolith.Embeddings.Streams;

namespace JoinRatios;

/// <summary>Actions that are made as they are read, in the order of their times.</summary>
/// <param name="shape">Their times.</param>
/// <param name="impressions">How many impressions there are.</param>
internal sealed class ClickedLog(TrafficShape shape, long impressions) : RecordLog<Clicked>
{
    public override async IAsyncEnumerable<LogRecord<Clicked>> ReadAsync(
        LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var end = shape.TimeOf(impressions);
        // A place says how many of either kind were before.
        for (var (near, far) = (from.Offset, from.Tie); ;)
        {
            var (soon, late) = (shape.Near(near), shape.Far(far));
            var next = soon.Time <= late.Time ? soon : late;
            if (next.Time > end) yield break;
            if (next == soon) near++;
            else far++;
            yield return new LogRecord<Clicked>(next, new LogPosition("", near, far));
        }
    }
}
