namespace SnapshotRatios;

/// <summary>Watches how much memory the process has from now on, beyond what it has now: resident, without the page cache.</summary>
internal sealed class PeakMemory : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(2);

    private readonly long _before;
    private readonly Timer _timer;
    private long _most;

    public PeakMemory()
    {
        GC.Collect();
        _before = _most = Environment.WorkingSet;
        _timer = new Timer(_ => _most = Math.Max(_most, Environment.WorkingSet), null, Every, Every);
    }

    /// <summary>The most that it had beyond.</summary>
    public long ExtraBytes => _most - _before;

    public void Dispose() => _timer.Dispose();
}
