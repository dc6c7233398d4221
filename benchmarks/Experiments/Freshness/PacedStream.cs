using System.Diagnostics;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Datasets;

namespace Experiments.Freshness;

/// <summary>Events as fast as the clock says, for a time; each hundredth has a probe, whose time is kept.</summary>
/// <param name="stream">The events.</param>
/// <param name="perSecond">How many a second.</param>
/// <param name="length">For how long.</param>
internal sealed class PacedStream(SyntheticClickStream stream, int perSecond, TimeSpan length)
{
    private const int ProbeEvery = 100;

    private readonly long[] _given = new long[(int)(perSecond * length.TotalSeconds) / ProbeEvery + 1];

    private int _probes;

    /// <summary>How many probes were given.</summary>
    public int Probes => Volatile.Read(ref _probes);

    /// <summary>When a probe was given, as a time stamp of <see cref="Stopwatch"/>.</summary>
    public long GivenAt(int probe) => Volatile.Read(ref _given[probe]);

    /// <summary>The events; read once.</summary>
    public async IAsyncEnumerable<FreshEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0L; i < perSecond * length.TotalSeconds; i++)
        {
            while (Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond < i) await Task.Delay(1, cancellationToken);
            yield return new FreshEvent(stream[i], i % ProbeEvery == 0 ? Give() : -1);
        }
    }

    private int Give()
    {
        var probe = _probes;
        Volatile.Write(ref _given[probe], Stopwatch.GetTimestamp());
        Volatile.Write(ref _probes, probe + 1);
        return probe;
    }
}
