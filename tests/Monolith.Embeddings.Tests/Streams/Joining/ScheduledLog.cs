using System.Runtime.CompilerServices;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>A log of given records that brings some of them only when it is its turn.</summary>
/// <param name="records">The records.</param>
/// <param name="written">How many of them there are yet: behind those it ends.</param>
/// <param name="seed">Decides which are waited for.</param>
/// <param name="schedule">Decides whose turn it is.</param>
internal sealed class ScheduledLog(
    IReadOnlyList<ScriptedRecord> records, Func<int> written, int seed, LogSchedule schedule) : CountedLog
{
    private int _readings;

    protected override async IAsyncEnumerable<LogRecord<ScriptedRecord>> ReadFrom(
        int from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var random = new Random(unchecked((seed * 397) + ++_readings));
        var often = 1 + random.Next(8);
        var end = written();
        for (var i = from; i <= end; i++)
        {
            if (random.Next(often) == 0) await schedule.WaitAsync(this, cancellationToken);
            if (i < end) yield return At(records, i);
        }
    }
}
