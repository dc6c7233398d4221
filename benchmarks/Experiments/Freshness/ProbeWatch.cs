using System.Diagnostics;
using Monolith.Embeddings.Serving;

namespace Experiments.Freshness;

/// <summary>Waits for each probe to be served by a replica, and keeps how long that took.</summary>
/// <param name="stream">Gives the probes.</param>
/// <param name="replica">Serves them.</param>
internal sealed class ProbeWatch(PacedStream stream, ModelReplica replica)
{
    private readonly List<double> _seconds = [];

    /// <summary>Seconds from the event to the weight that a request would be served with, a number a probe.</summary>
    public IReadOnlyList<double> Seconds => _seconds;

    /// <summary>Looks once a millisecond, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var next = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            for (; next < stream.Probes && replica.IsKnown(FreshModel.Table, FreshModel.ProbeId(next)); next++)
                _seconds.Add(Stopwatch.GetElapsedTime(stream.GivenAt(next)).TotalSeconds);
            await Task.Delay(1, CancellationToken.None);
        }
    }
}
