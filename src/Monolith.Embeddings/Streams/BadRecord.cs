namespace Monolith.Embeddings.Streams;

/// <summary>A record that could not be read, or that its encoder could not encode. Immutable.</summary>
/// <typeparam name="TRecord">The application's record.</typeparam>
public sealed class BadRecord<TRecord>
{
    /// <summary>
    /// The record, or what there is of it: the default of a line that could not be read, so that there are <see cref="Bytes"/> alone.
    /// </summary>
    public required TRecord? Value { get; init; }

    /// <summary>Where it stands.</summary>
    public required RecordPlace Place { get; init; }

    /// <summary>What the encoder threw, or why the record could not be read.</summary>
    public required Exception Error { get; init; }

    /// <summary>
    /// The record as it stands in the log, where it could not be read, or the beginning of one that is too long; else empty. Valid until
    /// the handler returns: copy what is to stay.
    /// </summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>How many bad records this reading of the source has met, this one included.</summary>
    public required long Count { get; init; }
}
