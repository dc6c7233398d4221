using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Streams;

/// <summary>What segments of one origin share, whatever names sources give them: how the bytes are made, and where they lie.</summary>
internal sealed class SegmentBody
{
    private readonly Func<Stream, CancellationToken, Task>? _write;
    private Home? _home;

    public SegmentBody(Func<Stream, CancellationToken, Task> write) => _write = write;

    /// <summary>Bytes that lie somewhere.</summary>
    /// <param name="open">Opens them.</param>
    /// <param name="saved">The segment that a commit holds; null where they lie elsewhere.</param>
    public SegmentBody(Func<CancellationToken, Task<Stream>> open, SnapshotSegment? saved) => _home = new(open, saved, null);

    /// <summary>Whether the bytes lie somewhere.</summary>
    public bool IsSaved => Volatile.Read(ref _home) is not null;

    public Task<Stream> OpenAsync(string name, CancellationToken cancellationToken) => Volatile.Read(ref _home) is { } home
        ? home.Open(cancellationToken)
        : throw new InvalidOperationException($"Segment '{name}' is not written yet: no commit holds it.");

    public async Task<SnapshotSegment> SaveAsync(SnapshotChain chain, string section, string name, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _home) is { Segment: { } known } home && home.IsOf(chain) && known.Section == section && known.Name == name)
            return known;
        var segment = await chain.WriteSegmentAsync(section, name, WriteAsync, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _home, new Home(token => chain.OpenSegmentAsync(segment, token), segment, chain));
        return segment;
    }

    /// <summary>Writes the bytes. One that was restored, and is to live elsewhere or by another name, is copied.</summary>
    public async Task WriteAsync(Stream destination, CancellationToken cancellationToken)
    {
        if (_write is not null)
        {
            await _write(destination, cancellationToken).ConfigureAwait(false);
            return;
        }
        var bytes = await Volatile.Read(ref _home)!.Open(cancellationToken).ConfigureAwait(false);
        await using (bytes.ConfigureAwait(false)) await bytes.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Where the bytes lie.</summary>
    /// <param name="Open">Opens them.</param>
    /// <param name="Segment">The segment that a commit holds; null where they lie elsewhere.</param>
    /// <param name="Chain">Which chain wrote it; null where the one that lives at the restored commit did.</param>
    private sealed record Home(Func<CancellationToken, Task<Stream>> Open, SnapshotSegment? Segment, SnapshotChain? Chain)
    {
        public bool IsOf(SnapshotChain chain) => Chain == chain || chain.Segments.Contains(Segment);
    }
}
