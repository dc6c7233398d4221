namespace Monolith.Embeddings.Streams.Negatives;

/// <summary>A part of a saved state: all of it, or what changed since the piece before.</summary>
internal sealed class SamplerPiece
{
    private volatile byte[]? _bytes;

    /// <summary>A piece that is to be saved.</summary>
    /// <param name="name">The segment's name.</param>
    /// <param name="version">The batch that it is of.</param>
    /// <param name="bytes">What it holds.</param>
    public SamplerPiece(string name, long version, byte[] bytes)
    {
        (Version, Length, _bytes) = (version, bytes.Length, bytes);
        Segment = new SourceSegment(name, WriteAsync);
    }

    /// <summary>A piece that was restored.</summary>
    public SamplerPiece(SourceSegment segment, long version, long length) => (Segment, Version, Length) = (segment, version, length);

    /// <summary>The batch that it is of.</summary>
    public long Version { get; }

    /// <summary>How many bytes it has.</summary>
    public long Length { get; }

    /// <summary>The segment.</summary>
    public SourceSegment Segment { get; }

    /// <summary>Forgets the bytes where they lie in a store.</summary>
    public void Release()
    {
        if (Segment.IsSaved) _bytes = null;
    }

    private async Task WriteAsync(Stream destination, CancellationToken cancellationToken)
    {
        if (_bytes is { } bytes)
        {
            await destination.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            return;
        }
        // Another chain asks for it.
        var saved = await Segment.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (saved.ConfigureAwait(false)) await saved.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
    }
}
