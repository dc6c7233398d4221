using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// What a source does about records that it cannot read or its encoder throws for: it hands each to <see cref="Handler"/>, skips it, and
/// gives up when there are more than <see cref="Limit"/> in one reading. A skipped record is never learned from: positions behind it count
/// it.
/// </summary>
/// <typeparam name="TRecord">The application's record.</typeparam>
public sealed class BadRecords<TRecord> : IValidatedOptions
{
    /// <summary>
    /// How many bad records one reading of the source skips; the next one throws <see cref="ExampleSourceException"/>. At least 0;
    /// <see cref="long.MaxValue"/> for no limit. Default 0, which stops at the first.
    /// </summary>
    public long Limit { get; set; }

    /// <summary>
    /// Receives every bad record, also the one that ends the reading: for example to keep it apart. Awaited before the next record is read;
    /// what it throws ends the reading. A record is handed over again where the stream is read again from a position before it. Default
    /// null: none is called.
    /// </summary>
    public Func<BadRecord<TRecord>, CancellationToken, ValueTask>? Handler { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Limit >= 0, nameof(Limit), $"{Limit} is negative; it is a number of records, 0 to stop at the first.");
    }

    internal BadRecords<TRecord> Copy() => (BadRecords<TRecord>)MemberwiseClone();
}
