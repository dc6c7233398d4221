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
    private long _examples, _lostExamples, _readWait, _batchAt, _eventTime;
    private int _hasBatch;

    /// <summary>The model's name.</summary>
    public string Model => model;

    /// <summary>What the examples had.</summary>
    public InputCounts Inputs { get; } = new(schema, log);

    /// <summary>Examples learned from since the trainer was made, without those of a commit that was restored.</summary>
    public long Examples => Volatile.Read(ref _examples);

    /// <summary>Examples that were not learned from because their numbers are absurd.</summary>
    public long LostExamples => Volatile.Read(ref _lostExamples);

    /// <summary>How long training waited for batches.</summary>
    public TimeSpan ReadWait => TimeSpan.FromTicks(Volatile.Read(ref _readWait));

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
    /// <param name="readWait">How long training has waited for batches.</param>
    public void AfterBatch(int examples, long eventTime, TimeSpan readWait)
    {
        Volatile.Write(ref _examples, _examples + examples);
        Volatile.Write(ref _eventTime, eventTime);
        Volatile.Write(ref _readWait, readWait.Ticks);
        Volatile.Write(ref _batchAt, time.GetTimestamp());
        Volatile.Write(ref _hasBatch, 1);
    }

    /// <summary>Takes note of examples that were lost.</summary>
    public void AddLost(long examples) => Volatile.Write(ref _lostExamples, _lostExamples + examples);
}
