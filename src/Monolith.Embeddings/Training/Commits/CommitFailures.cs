using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Stores.Disk;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>Counts the commits that failed, and says whether to go on and when to try again. Used by the training thread.</summary>
/// <param name="options">What is tolerated.</param>
/// <param name="log">Told of each.</param>
/// <param name="time">The clock of the tries.</param>
internal sealed class CommitFailures(CommitFailureOptions options, ILogger log, TimeProvider time)
{
    private readonly int[] _ofKind = new int[Enum.GetValues<CommitFailureKind>().Length];
    private long _lastTime;
    private TimeSpan _wait;

    /// <summary>Why the last commit failed; null where it did not.</summary>
    public SnapshotException? Last { get; private set; }

    /// <summary>How many failed in a row.</summary>
    public int Count { get; private set; }

    /// <summary>How long until the next try: zero where it is due.</summary>
    public TimeSpan RetryIn => _wait - time.GetElapsedTime(_lastTime) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>What kind of failure it is.</summary>
    public static CommitFailureKind KindOf(SnapshotException failure) => failure.Fault switch
    {
        _ when failure.IsReplaced => CommitFailureKind.Replaced,
        _ when failure.IsOutOfRoom => CommitFailureKind.OutOfRoom,
        SnapshotFault.Storage => CommitFailureKind.Unreachable,
        // An empty folder may be a disk that is not mounted.
        SnapshotFault.Missing when failure.File == DiskManifest.Name => CommitFailureKind.Unreachable,
        SnapshotFault.Refused => CommitFailureKind.Refused,
        _ => CommitFailureKind.Damaged,
    };

    /// <summary>Says that a commit succeeded.</summary>
    public void Clear()
    {
        if (Count > 0) log.CommitsRecovered(Count);
        (Count, Last, _wait) = (0, null, TimeSpan.Zero);
        Array.Clear(_ofKind);
    }

    /// <summary>Lets the next try begin at once: what hindered the last is gone.</summary>
    public void RetryNow() => _wait = TimeSpan.Zero;

    /// <summary>Takes note of a failure.</summary>
    /// <exception cref="SnapshotException">It is one more than is tolerated.</exception>
    public void Add(SnapshotException failure)
    {
        var kind = KindOf(failure);
        TrainingMeter.CommitFailed(kind);
        (Last, _lastTime) = (failure, time.GetTimestamp());
        // Before the doubling could overflow, the longest wait is reached: both are at least a tick and at most a day.
        _wait = Count++ == 0 ? options.RetryAfter : TimeSpan.FromTicks(Math.Min(2 * _wait.Ticks, options.RetryAtMost.Ticks));
        if (_wait == TimeSpan.Zero) _wait = options.RetryAfter;
        var (ofKind, tolerated) = (++_ofKind[(int)kind], options.ToleratedOf(kind));
        if (ofKind > tolerated)
        {
            log.CommitsGivenUp(failure, ofKind, kind.ToString());
            throw failure.Again();
        }
        log.CommitFailed(
            failure, kind.ToString(), ofKind, tolerated is { } most ? $"{most} that are tolerated" : "any number that is tolerated", _wait);
    }
}
