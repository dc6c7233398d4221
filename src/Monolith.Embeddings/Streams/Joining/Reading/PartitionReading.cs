using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>Reads the partitions of a joiner: each as far as it may be ahead of the others. Used by one thread.</summary>
/// <param name="partitions">The partitions, at least one.</param>
/// <param name="options">How.</param>
/// <param name="time">The clock of silences.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class PartitionReading(
    IReadOnlyList<JoinPartition> partitions, OnlineJoinerOptions options, TimeProvider time, CancellationToken cancellationToken)
{
    private const int MostAtOnce = 256;
    private const long LeastLead = 60_000;

    private readonly JoinPartition[] _partitions = [.. partitions];
    private readonly long[] _heardAt = new long[partitions.Count];
    private readonly List<Task> _waits = [];
    private bool _isStarted;
    private readonly long _lead = options.MaxLead is { } lead
        ? (long)lead.TotalMilliseconds
        : Math.Max(LeastLead, (long)options.AllowedLateness.TotalMilliseconds);

    /// <summary>Called before each wait; null for no call.</summary>
    public Action? Waiting { get; set; }

    /// <summary>How many partitions are too far ahead to be read on.</summary>
    public int HeldPartitions
    {
        get
        {
            var (count, least) = (0, LeastGreatest());
            foreach (var partition in _partitions)
            {
                if (!partition.Track.IsEnded && !IsReadable(partition, least)) count++;
            }
            return count;
        }
    }

    /// <summary>The partition that has come the least far, and how far; the greatest number where all are complete.</summary>
    public long Watermark(out string? slowest)
    {
        var least = long.MaxValue;
        slowest = null;
        foreach (var partition in _partitions)
        {
            if (partition.Track.Watermark >= least) continue;
            (least, slowest) = (partition.Track.Watermark, partition.Name);
        }
        return least;
    }

    /// <summary>Opens the logs.</summary>
    public void Open()
    {
        for (var i = 0; i < _partitions.Length; i++)
        {
            _partitions[i].Open(_partitions[i].Track.Place, cancellationToken);
            Hear(i);
        }
    }

    /// <summary>Reads what is there, or waits until something is.</summary>
    /// <param name="processed">Everything up to this time is processed.</param>
    /// <param name="deadline">The delay of the batch, where it has begun.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOutcome> ReadAsync(long processed, BatchDeadline deadline)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (deadline.HasBegun && deadline.Over.IsCompleted) return ReadOutcome.DelayOver;
        var (isRead, isAny, least) = (false, false, LeastGreatest());
        for (var i = 0; i < _partitions.Length; i++)
        {
            var partition = _partitions[i];
            var isReadable = !partition.Track.IsEnded && IsReadable(partition, least);
            isAny |= isReadable;
            var isHeard = isReadable && await partition.ReadAsync(MostAtOnce, processed, cancellationToken).ConfigureAwait(false);
            if (isHeard || !isReadable) Hear(i);
            isRead |= isHeard;
        }
        if (Start(processed)) return ReadOutcome.Read;
        if (!isAny) return ReadOutcome.End;
        if (PassOverSilent(processed) || isRead) return ReadOutcome.Read;
        await WaitAsync(least, deadline).ConfigureAwait(false);
        return ReadOutcome.Read;
    }

    /// <summary>Closes the logs.</summary>
    public async ValueTask CloseAsync()
    {
        foreach (var partition in _partitions) await partition.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask WaitAsync(long least, BatchDeadline deadline)
    {
        Waiting?.Invoke();
        _waits.Clear();
        foreach (var partition in _partitions)
        {
            if (!partition.Track.IsEnded && IsReadable(partition, least) && partition.Pending is { } pending) _waits.Add(pending);
        }
        if (deadline.HasBegun) _waits.Add(deadline.Over);
        using var silence = options.SilentAfter is { } after ? new BatchDeadline(after, time, cancellationToken) : default;
        if (silence.HasBegun) _waits.Add(silence.Over);
        await Task.WhenAny(_waits).ConfigureAwait(false);
    }

    private long LeastGreatest()
    {
        var least = long.MaxValue;
        foreach (var partition in _partitions)
        {
            if (!partition.Track.IsComplete) least = Math.Min(least, partition.Track.Greatest);
        }
        return least;
    }

    private bool IsReadable(JoinPartition partition, long least)
    {
        var (track, greatest) = (partition.Track, partition.Track.Greatest);
        if (track.AwaitsOthers) return false;
        // Reading on shows whether a leap was right, and repeats what was decided or processed.
        if (track.HasLeapt || track.IsRepeating || track.IsReadAgain || greatest == least) return true;
        return least > long.MinValue && greatest - _lead <= least;
    }

    // The first records of all partitions are compared, as soon as each has one, or none any more.
    private bool Start(long processed)
    {
        if (_isStarted || !Array.TrueForAll(_partitions, HasBegun)) return false;
        _isStarted = true;
        var firsts = Array.ConvertAll(_partitions, partition => partition.Track.First);
        for (var i = 0; i < _partitions.Length; i++)
        {
            var own = i;
            long[] others = [.. firsts.Where((first, at) => at != own && first is not null).Select(first => first!.Value)];
            _partitions[i].Track.Compare(others, processed);
        }
        return true;
    }

    private static bool HasBegun(JoinPartition partition) =>
        !partition.Track.IsStarting || partition.Track.First is not null || partition.Track.IsEnded;

    // A partition that is waited for, and that the clock says has been silent for too long.
    private bool PassOverSilent(long processed)
    {
        if (options.SilentAfter is not { } after || Array.Exists(_partitions, partition => partition.Track.IsRepeating)) return false;
        var isAny = false;
        var to = Farthest();
        for (var i = 0; i < _partitions.Length; i++)
        {
            var partition = _partitions[i];
            if (!partition.Track.CanBePassedOver || partition.Pending is null || time.GetElapsedTime(_heardAt[i]) < after) continue;
            isAny |= partition.Track.PassOver(to, processed);
        }
        return isAny;
    }

    // Where no time is believed yet, the clock believes the first ones.
    private long Farthest()
    {
        var greatest = _partitions.Max(partition => partition.Track.Greatest);
        return greatest > long.MinValue ? greatest : _partitions.Max(partition => partition.Track.First ?? long.MinValue);
    }

    private void Hear(int partition)
    {
        if (options.SilentAfter is not null) _heardAt[partition] = time.GetTimestamp();
    }
}
