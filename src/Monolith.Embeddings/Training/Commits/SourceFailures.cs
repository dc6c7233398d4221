using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>Counts what a source throws in one of its uses, and says whether to try again and when. Thread-safe.</summary>
/// <param name="options">What is tolerated.</param>
/// <param name="log">Told of each.</param>
/// <param name="time">The clock of the tries.</param>
internal sealed class SourceFailures(SourceFailureOptions options, ILogger log, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Exception? _last, _cause;
    private long _lastTime;
    private int _count;
    private TimeSpan _wait;

    /// <summary>What it threw the last time; null where it has not since a success.</summary>
    public Exception? Last
    {
        get
        {
            lock (_gate) return _last;
        }
    }

    /// <summary>How many times in a row it threw.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _count;
        }
    }

    /// <summary>How long until the next try: zero where it is due.</summary>
    public TimeSpan RetryIn
    {
        get
        {
            lock (_gate) return _wait - time.GetElapsedTime(_lastTime) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Whether this is why a run ends.</summary>
    public bool IsCause(Exception exception)
    {
        lock (_gate) return ReferenceEquals(exception, _cause);
    }

    /// <summary>Takes note of a success.</summary>
    public void Clear()
    {
        if (Volatile.Read(ref _last) is null) return;
        int count;
        lock (_gate)
        {
            count = _count;
            (_count, _last, _wait) = (0, null, TimeSpan.Zero);
        }
        log.SourceRecovered(count);
    }

    /// <summary>Takes note of a failure, or throws it where it is not to be tried again.</summary>
    /// <param name="failure">What the source threw.</param>
    /// <param name="isStopping">Whether the run ends anyway.</param>
    public void Add(Exception failure, bool isStopping)
    {
        if (isStopping || !(options.IsTransient?.Invoke(failure) ?? true) || options.Tolerated <= Count) GiveUp(failure, isStopping);
        TrainingMeter.SourceFailed(isGivenUp: false);
        int count;
        TimeSpan wait;
        lock (_gate)
        {
            (_last, _lastTime, count) = (failure, time.GetTimestamp(), ++_count);
            // Before the doubling could overflow, the longest wait is reached: both are at least a tick and at most a day.
            _wait = wait = count == 1 ? options.RetryAfter : TimeSpan.FromTicks(Math.Min(2 * _wait.Ticks, options.RetryAtMost.Ticks));
        }
        var tolerated = options.Tolerated is { } most ? $"{most} that are tolerated" : "any number that is tolerated";
        log.SourceFailed(failure, count, tolerated, wait);
    }

    private void GiveUp(Exception failure, bool isStopping)
    {
        lock (_gate) _cause = failure;
        if (!isStopping)
        {
            lock (_gate) (_last, _count) = (failure, _count + 1);
            TrainingMeter.SourceFailed(isGivenUp: true);
            log.SourceGivenUp(failure, Count);
        }
        ExceptionDispatchInfo.Throw(failure);
    }
}
