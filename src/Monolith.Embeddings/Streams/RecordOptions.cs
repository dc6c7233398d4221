using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>How a source makes batches of the application's records.</summary>
/// <typeparam name="TRecord">The application's record.</typeparam>
public sealed class RecordOptions<TRecord> : IValidatedOptions
{
    /// <summary>The largest batch: 65,536 examples.</summary>
    public const int MaxBatchSize = 65536;

    /// <summary>The longest delay: one day.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    /// <summary>Examples a batch, 1 to <see cref="MaxBatchSize"/>. Default 64.</summary>
    public int BatchSize { get; set; } = 64;

    /// <summary>
    /// How long a batch that was begun may wait to be full, more than zero and at most <see cref="LongestDelay"/>, so that a quiet stream
    /// is learned nevertheless. Null (the default) waits for full batches. Where the clock cuts batches, the source is not deterministic.
    /// </summary>
    public TimeSpan? MaxDelay { get; set; }

    /// <summary>
    /// Whether the caller promises that the stream has the same records in the same order, each time that it is opened. Default true.
    /// </summary>
    public bool IsDeterministic { get; set; } = true;

    /// <summary>What is done about records that the encoder throws for. Default: the reading stops at the first.</summary>
    public BadRecords<TRecord> BadRecords { get; set; } = new();

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.InRange(nameof(BatchSize), BatchSize, 1, MaxBatchSize);
        errors.Require(MaxDelay is null || (MaxDelay > TimeSpan.Zero && MaxDelay <= LongestDelay), nameof(MaxDelay),
            $"{MaxDelay} is not more than zero and at most {LongestDelay}; null waits for full batches.");
        errors.Nested(nameof(BadRecords), BadRecords);
    }

    internal RecordOptions<TRecord> Copy()
    {
        var copy = (RecordOptions<TRecord>)MemberwiseClone();
        copy.BadRecords = BadRecords.Copy();
        return copy;
    }
}
