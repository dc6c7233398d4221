using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Tables.Observing;

/// <summary>
/// Logs what a table refuses for its numbers: of each kind the first in an hour, with its id. It is noted while a stripe is locked, and
/// logged once none is. Thread-safe.
/// </summary>
internal sealed class RefusalLog(string table, ILogger log, TimeProvider time)
{
    private readonly HourlyGate[] _gates = [.. Enum.GetValues<RefusalKind>().Select(_ => new HourlyGate(time))];
    private readonly ConcurrentQueue<(RefusalKind Kind, long Id)> _noted = new();

    public void Note(RefusalKind kind, long id)
    {
        if (log.IsEnabled(LogLevel.Warning) && _gates[(int)kind].TryEnter()) _noted.Enqueue((kind, id));
    }

    /// <summary>Logs what was noted. To be called while no stripe is locked; costs almost nothing where nothing was.</summary>
    public void Flush()
    {
        if (!_noted.IsEmpty) LogNoted();
    }

    private void LogNoted()
    {
        while (_noted.TryDequeue(out var noted))
        {
            switch (noted.Kind)
            {
                case RefusalKind.NonFiniteGradient: log.GradientIsNotFinite(table, noted.Id); break;
                case RefusalKind.NonFiniteUpdate: log.UpdateIsNotFinite(table, noted.Id); break;
                case RefusalKind.NonFiniteValue: log.ValueIsNotFinite(table, noted.Id); break;
                default: log.ValueDoesNotFit(table, noted.Id); break;
            }
        }
    }
}
