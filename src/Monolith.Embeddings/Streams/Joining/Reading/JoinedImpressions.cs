using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>How a joiner reads impressions. Immutable; thread-safe if the delegates are.</summary>
/// <typeparam name="TKey">The key that an impression and its actions have.</typeparam>
/// <typeparam name="TImpression">The application's impression.</typeparam>
/// <param name="encoder">
/// Writes an impression as an example: what was served, and when (<see cref="ExampleWriter.At(DateTimeOffset, long)"/>), which is the
/// impression's event time. A label that it writes stands where no action comes.
/// </param>
/// <param name="key">The key of an impression: its request and item, usually.</param>
public sealed class JoinedImpressions<TKey, TImpression>(ExampleEncoder<TImpression> encoder, Func<TImpression, TKey> key)
{
    /// <summary>Writes an impression as an example.</summary>
    public ExampleEncoder<TImpression> Encoder { get; } = encoder ?? throw new ArgumentNullException(nameof(encoder));

    /// <summary>The key of an impression.</summary>
    public Func<TImpression, TKey> Key { get; } = key ?? throw new ArgumentNullException(nameof(key));
}
