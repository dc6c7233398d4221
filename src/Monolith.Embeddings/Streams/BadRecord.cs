namespace Monolith.Embeddings.Streams;

/// <summary>A record that its encoder could not encode. Immutable.</summary>
/// <typeparam name="TRecord">The application's record.</typeparam>
public sealed class BadRecord<TRecord>
{
    /// <summary>The record.</summary>
    public required TRecord Value { get; init; }

    /// <summary>Where it stands.</summary>
    public required RecordPlace Place { get; init; }

    /// <summary>What the encoder threw.</summary>
    public required Exception Error { get; init; }

    /// <summary>How many bad records this reading of the source has met, this one included.</summary>
    public required long Count { get; init; }
}
