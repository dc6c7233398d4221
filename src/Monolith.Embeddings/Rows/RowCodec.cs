using System.Runtime.CompilerServices;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Rows;

/// <summary>
/// Writes the weights of a segment in fewer bytes, and reads them back; see <see cref="RowFormat"/> for the formats. Numbers of more than a
/// byte are written in the machine's byte order. Immutable; thread-safe.
/// </summary>
public abstract class RowCodec
{
    private const int BytesOnStack = 4096;

    private protected RowCodec()
    {
    }

    /// <summary>The name that files carry and check, such as <c>int8</c>.</summary>
    public abstract string Name { get; }

    /// <summary>How many bytes the given number of weights needs.</summary>
    /// <param name="dimension">The number of weights, at least 0.</param>
    public abstract int EncodedBytes(int dimension);

    /// <summary>Encodes the weights of a row.</summary>
    /// <param name="weights">The weights, [dimension].</param>
    /// <param name="encoded">Receives the bytes, [<see cref="EncodedBytes"/>].</param>
    /// <returns>False where a weight is NaN or infinite, or would be once it is read back; what was written then means nothing.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, or the spans share memory; nothing was written.</exception>
    public bool TryEncode(ReadOnlySpan<float> weights, Span<byte> encoded)
    {
        RequireFit(weights.Length, encoded.Length);
        Overlap.Refuse(weights, encoded, nameof(weights), nameof(encoded));
        return TryEncodeRow(weights, encoded);
    }

    /// <summary>Decodes the weights of a row.</summary>
    /// <param name="encoded">The bytes, [<see cref="EncodedBytes"/>].</param>
    /// <param name="weights">Receives the weights, [dimension].</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or the spans share memory; nothing was written.</exception>
    public void Decode(ReadOnlySpan<byte> encoded, Span<float> weights)
    {
        RequireFit(weights.Length, encoded.Length);
        Overlap.Refuse(encoded, weights, nameof(encoded), nameof(weights));
        DecodeRow(encoded, weights);
    }

    /// <summary>Replaces weights by what would be read back.</summary>
    /// <param name="weights">The weights, [dimension].</param>
    /// <returns>False, and the weights as they were, where they cannot be encoded.</returns>
    [SkipLocalsInit]
    public bool TryQuantize(Span<float> weights)
    {
        var bytes = EncodedBytes(weights.Length);
        var encoded = bytes <= BytesOnStack ? stackalloc byte[BytesOnStack] : new byte[bytes];
        if (!TryEncodeRow(weights, encoded[..bytes])) return false;
        DecodeRow(encoded[..bytes], weights);
        return true;
    }

    private protected abstract bool TryEncodeRow(ReadOnlySpan<float> weights, Span<byte> encoded);

    private protected abstract void DecodeRow(ReadOnlySpan<byte> encoded, Span<float> weights);

    private void RequireFit(int dimension, int bytes)
    {
        var needed = EncodedBytes(dimension);
        if (bytes != needed) throw new ArgumentException($"{dimension} weights as '{Name}' are {needed} bytes, not {bytes}.");
    }
}
