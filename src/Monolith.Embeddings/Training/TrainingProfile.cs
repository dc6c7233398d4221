namespace Monolith.Embeddings.Training;

/// <summary>
/// How long each phase of training took. Times are the training thread's; what runs ahead on other threads shows as less waiting.
/// </summary>
public sealed class TrainingProfile
{
    private readonly TimeProvider _time;
    private readonly long[] _ticks = new long[Enum.GetValues<TrainingPhase>().Length];
    private long _mark;

    internal TrainingProfile(TimeProvider time)
    {
        _time = time;
        _mark = time.GetTimestamp();
    }

    /// <summary>The time spent in all phases together.</summary>
    public TimeSpan Total => Time(_ticks.Sum());

    /// <summary>The time spent in one phase.</summary>
    /// <param name="phase">The phase.</param>
    public TimeSpan this[TrainingPhase phase] => Time(_ticks[(int)phase]);

    /// <summary>Begins to measure: what passed since the last phase ended belongs to none.</summary>
    internal void Start() => _mark = _time.GetTimestamp();

    /// <summary>Ends a phase, and begins the next.</summary>
    internal void End(TrainingPhase phase)
    {
        var now = _time.GetTimestamp();
        _ticks[(int)phase] += now - _mark;
        _mark = now;
    }

    private TimeSpan Time(long ticks) => TimeSpan.FromSeconds((double)ticks / _time.TimestampFrequency);
}
