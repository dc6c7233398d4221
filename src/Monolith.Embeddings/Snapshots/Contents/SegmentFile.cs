using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>
/// The file of a segment: the form of all files, with a header of its kind and one section of bytes, which has the name of the incremental
/// section. Of no cut: it is of every commit that holds it.
/// </summary>
internal static class SegmentFile
{
    // A header has a cut, and this one is of none.
    private const ulong NoCut = 1;

    /// <summary>Begins a file.</summary>
    /// <param name="destination">Receives it.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="incarnation">The trainer's.</param>
    public static SnapshotWriter Begin(Stream destination, Guid chain, ulong incarnation) => new(destination, new SnapshotHeader
    {
        Kind = SnapshotFileKind.Segment,
        Chain = chain,
        Incarnation = incarnation,
        From = 0,
        To = NoCut,
        SchemaFingerprint = default,
    });

    /// <summary>Opens the file of a segment.</summary>
    /// <exception cref="SnapshotException">It is missing, not whole, or not the segment's.</exception>
    public static async Task<SnapshotReader> OpenAsync(
        SnapshotStore store, Guid chain, SnapshotSegment segment, CancellationToken cancellationToken)
    {
        var entry = segment.File;
        var reader = SnapshotReader.Open(await store.OpenAsync(entry.Name, cancellationToken).ConfigureAwait(false), entry);
        try
        {
            if (reader.Header.Kind != SnapshotFileKind.Segment || reader.Header.Chain != chain)
            {
                throw new SnapshotException(SnapshotFault.Mismatch, entry.Name, $"a segment of chain {chain}",
                    $"{reader.Header.Kind} of chain {reader.Header.Chain}.");
            }
            reader.RequireSections(segment.Section);
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Opens the bytes of a segment; disposing the stream closes the file.</summary>
    /// <exception cref="SnapshotException">It is missing, not whole, or not the segment's. So may reading throw.</exception>
    public static async Task<Stream> OpenBytesAsync(
        SnapshotStore store, Guid chain, SnapshotSegment segment, CancellationToken cancellationToken)
    {
        var reader = await OpenAsync(store, chain, segment, cancellationToken).ConfigureAwait(false);
        try
        {
            return reader.OpenByteSection(segment.Section, ownsFile: true);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }
}
