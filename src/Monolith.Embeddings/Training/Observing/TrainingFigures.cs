using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Training.Observing;

/// <summary>
/// What the meter shows of a trainer: plain numbers that the training thread writes, a batch at a time. Each may be read by any thread.
/// </summary>
/// <param name="model">The model's name.</param>
/// <param name="schema">The schema of the examples.</param>
/// <param name="log">Told of slots that fall silent.</param>
/// <param name="time">The clock.</param>
internal sealed class TrainingFigures(string model, FeatureSchema schema, ILogger log, TimeProvider time)
{
    // No time stamp that a clock gives.
    private const long NoWait = long.MinValue;

    private long _examples, _lostExamples, _readWait, _toldWait, _batchAt, _eventTime;
    private long _waitingSince = NoWait;
    private int _hasBatch;

    /// <summary>The model's name.</summary>
    public string Model => model;

    /// <summary>What the examples had.</summary>
    public InputCounts Inputs { get; } = new(schema, log);

    /// <summary>Examples learned from since the trainer was made, without those of a commit that was restored.</summary>
    public long Examples => Volatile.Read(ref _examples);

    /// <summary>Examples that were not learned from because their numbers are absurd.</summary>
    public long LostExamples => Volatile.Read(ref _lostExamples);

    /// <summary>How long training waited for batches, also for one that has not come yet. Never goes down.</summary>
    public TimeSpan ReadWait
    {
        get
        {
            // In this order: a wait that ends in between is told once at most, and is told by the next reading.
            var wait = Volatile.Read(ref _readWait);
            if (Volatile.Read(ref _waitingSince) is not NoWait and var since) wait += Math.Max(0, time.GetElapsedTime(since).Ticks);
            var told = Volatile.Read(ref _toldWait);
            while (wait > told)
            {
                var before = Interlocked.CompareExchange(ref _toldWait, wait, told);
                if (before == told) return TimeSpan.FromTicks(wait);
                told = before;
            }
            return TimeSpan.FromTicks(told);
        }
    }

    /// <summary>How long ago the last batch was learned from; null before the first.</summary>
    public TimeSpan? BatchAge => Volatile.Read(ref _hasBatch) == 0 ? null : time.GetElapsedTime(Volatile.Read(ref _batchAt));

    /// <summary>How far the newest event time is behind the clock; null where none is known. Negative where it is ahead.</summary>
    public TimeSpan? EventTimeLag => Volatile.Read(ref _eventTime) is > 0 and var newest
        ? TimeSpan.FromMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds() - newest)
        : null;

    /// <summary>How long ago the newest commit was made; null before the first. Not negative.</summary>
    public TimeSpan? CommitAge => Newest?.Invoke() is { } created
        ? TimeSpan.FromTicks(Math.Max(0, (time.GetUtcNow() - created).Ticks))
        : null;

    /// <summary>Says when the newest commit was made; null where the trainer has no store, or there is none.</summary>
    public Func<DateTimeOffset?>? Newest { get; set; }

    /// <summary>Measures the trainer's status, given what tells the trainer from others.</summary>
    public Func<KeyValuePair<string, object?>, IEnumerable<Measurement<long>>>? Status { get; set; }

    /// <summary>What the store takes; null where the trainer has none, or has not begun.</summary>
    public Func<StoreFigures?>? Store { get; set; }

    /// <summary>Takes note of a batch that was learned from.</summary>
    /// <param name="examples">How many examples it had.</param>
    /// <param name="eventTime">The newest event time that is believed, in milliseconds since the Unix epoch; 0 for none.</param>
    public void AfterBatch(int examples, long eventTime)
    {
        Volatile.Write(ref _examples, _examples + examples);
        Volatile.Write(ref _eventTime, eventTime);
        Volatile.Write(ref _batchAt, time.GetTimestamp());
        Volatile.Write(ref _hasBatch, 1);
    }

    /// <summary>Takes note that training waits for a batch, if it is not noted.</summary>
    /// <param name="since">The time stamp of when it began.</param>
    public void BeginWait(long since)
    {
        if (_waitingSince == NoWait) Volatile.Write(ref _waitingSince, since);
    }

    /// <summary>Takes note that training waits no more.</summary>
    /// <param name="readWait">How long it has waited for batches in all.</param>
    public void EndWait(TimeSpan readWait)
    {
        Volatile.Write(ref _waitingSince, NoWait);
        Volatile.Write(ref _readWait, readWait.Ticks);
    }

    /// <summary>Takes note of examples that were lost.</summary>
    public void AddLost(long examples) => Volatile.Write(ref _lostExamples, _lostExamples + examples);
}
