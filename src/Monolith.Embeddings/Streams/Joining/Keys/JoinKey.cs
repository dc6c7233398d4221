namespace Monolith.Embeddings.Streams;

/// <summary>
/// Writes a key as bytes: of two keys the one that comes first has the bytes that come first, compared as unsigned numbers; equal keys
/// alone have equal bytes. Ready ones are in <see cref="JoinKeys"/>. Thread-safe.
/// </summary>
/// <typeparam name="TKey">The application's key.</typeparam>
public abstract class JoinKey<TKey>
{
    /// <summary>The longest key: 4,096 bytes.</summary>
    public const int MaxBytes = 4096;

    /// <summary>Writes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="destination">Where to write it; at least <see cref="MaxBytes"/> long.</param>
    /// <returns>How many bytes it took, at least one.</returns>
    /// <exception cref="ArgumentException">There is no key, or it takes more than <see cref="MaxBytes"/>.</exception>
    public abstract int Write(TKey key, Span<byte> destination);
}
