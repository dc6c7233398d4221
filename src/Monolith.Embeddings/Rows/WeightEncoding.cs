namespace Monolith.Embeddings.Rows;

/// <summary>
/// The weights of a row in the format of a replica, segment after segment: each has a scale of its own where the format has one. Immutable;
/// thread-safe.
/// </summary>
internal sealed class WeightEncoding
{
    private readonly Part[] _parts;

    /// <param name="dimensions">The dimension of each segment.</param>
    /// <param name="format">How the segments are written; one that would be no shorter than its floats is kept as these.</param>
    public WeightEncoding(IReadOnlyList<int> dimensions, RowFormat format)
    {
        var codec = new RowCodecOptions { Format = format }.Create();
        var floats = new Float32Codec();
        var parts = new List<Part>();
        foreach (var dimension in dimensions)
        {
            Add(parts, dimension, codec.EncodedBytes(dimension) < floats.EncodedBytes(dimension) ? codec : floats);
            Dimension += dimension;
        }
        _parts = [.. parts];
        RowBytes = parts.Sum(part => part.Bytes);
    }

    /// <summary>How many weights a row has.</summary>
    public int Dimension { get; }

    /// <summary>Whether a row is its floats, one after the other.</summary>
    public bool IsPlain => _parts is [{ Codec: Float32Codec }];

    /// <summary>How many bytes they are encoded in.</summary>
    public int RowBytes { get; }

    /// <returns>False where the format cannot hold a weight; what was written then means nothing.</returns>
    public bool TryEncode(ReadOnlySpan<float> weights, Span<byte> row)
    {
        foreach (ref readonly var part in _parts.AsSpan())
        {
            if (!part.Codec.TryEncode(weights.Slice(part.Offset, part.Dimension), row.Slice(part.ByteOffset, part.Bytes))) return false;
        }
        return true;
    }

    public void Decode(ReadOnlySpan<byte> row, Span<float> weights)
    {
        foreach (ref readonly var part in _parts.AsSpan())
            part.Codec.Decode(row.Slice(part.ByteOffset, part.Bytes), weights.Slice(part.Offset, part.Dimension));
    }

    // Where each weight is written by itself, neighbours are one call.
    private static void Add(List<Part> parts, int dimension, RowCodec codec)
    {
        var last = parts.Count > 0 ? parts[^1] : new Part(codec, 0, 0, 0, 0);
        if (parts.Count > 0 && last.Codec.GetType() == codec.GetType() && codec.EncodedBytes(0) == 0)
        {
            parts.RemoveAt(parts.Count - 1);
            parts.Add(last with { Dimension = last.Dimension + dimension, Bytes = last.Bytes + codec.EncodedBytes(dimension) });
        }
        else
        {
            parts.Add(
                new Part(codec, last.Offset + last.Dimension, dimension, last.ByteOffset + last.Bytes, codec.EncodedBytes(dimension)));
        }
    }

    private readonly record struct Part(RowCodec Codec, int Offset, int Dimension, int ByteOffset, int Bytes);
}
