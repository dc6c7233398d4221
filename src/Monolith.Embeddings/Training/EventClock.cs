namespace Monolith.Embeddings.Training;

/// <summary>
/// The newest event time of a stream, which one wrong clock cannot push ahead: a time more than a day beyond it counts only once several events
/// in a row lie there. A jump that was wrong would expire every row that has a time to live. Not thread-safe.
/// </summary>
internal sealed class EventClock
{
    private const long LargestStep = 24 * 3600 * 1000L;
    private const int Witnesses = 16;

    private bool _hasBegun;
    private long _doubted;
    private int _witnesses;

    /// <summary>In milliseconds since the Unix epoch; 0 before the first event.</summary>
    public long Newest { get; private set; }

    public void Observe(long time)
    {
        time = Math.Max(time, 0);
        if (!_hasBegun || time - Newest <= LargestStep)
        {
            Newest = Math.Max(Newest, time);
            _hasBegun |= time > 0;
            _witnesses = 0;
            return;
        }
        // The least of the doubted times is believed first: it is the one that all of them confirm.
        _doubted = _witnesses == 0 ? time : Math.Min(_doubted, time);
        if (++_witnesses < Witnesses) return;
        Newest = _doubted;
        _witnesses = 0;
    }
}
