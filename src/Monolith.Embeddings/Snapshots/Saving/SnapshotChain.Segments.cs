using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Saving;

namespace Monolith.Embeddings.Snapshots;

public sealed partial class SnapshotChain
{
    private int _segmentsBegun;

    /// <summary>The segments of incremental sections that live at <see cref="Newest"/>, in ordinal order of section and name.</summary>
    public IReadOnlyList<SnapshotSegment> Segments { get; private set; }

    /// <summary>
    /// Writes a segment of an incremental section, durably; it counts once a commit appends it. May be called at any time, and by several
    /// threads.
    /// </summary>
    /// <param name="section">The section: a name without a slash, of 1 to 256 bytes in UTF-8.</param>
    /// <param name="name">
    /// The segment: a name of 1 to 256 bytes in UTF-8 that no segment of the section has that lives when it is appended.
    /// </param>
    /// <param name="write">Writes its bytes, any number, to the stream, which it does not use afterwards.</param>
    /// <param name="cancellationToken">Cancels the writing; nothing is left.</param>
    /// <returns>The segment, for <see cref="SnapshotCommitContents.AppendedSegments"/>.</returns>
    /// <exception cref="ArgumentException">A name cannot be used.</exception>
    /// <exception cref="ObjectDisposedException">The chain is disposed.</exception>
    /// <exception cref="SnapshotException">The store failed; nothing counts of what was written.</exception>
    public async Task<SnapshotSegment> WriteSegmentAsync(
        string section, string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(write);
        if (SnapshotSegmentRules.ProblemOf(section, name) is { } problem) throw new ArgumentException(problem);
        RequireOpen();
        var file = SnapshotNames.Segment(Newest?.Number ?? 0, Incarnation, Trainer, Interlocked.Increment(ref _segmentsBegun));
        var stream = await Store.CreateAsync(file, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        var writer = SegmentFile.Begin(stream, Id, Incarnation);
        var bytes = writer.AddByteSection(section);
        await using (bytes.ConfigureAwait(false)) await write(bytes, cancellationToken).ConfigureAwait(false);
        var entry = writer.Complete(file);
        await stream.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new SnapshotSegment { Section = section, Name = name, File = entry };
    }

    /// <summary>Opens the bytes of a segment; each is checked before it is given.</summary>
    /// <param name="segment">A segment that was written, or that a commit of the manifest holds.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>A stream to be read forward; the caller disposes it.</returns>
    /// <exception cref="SnapshotException">The file is missing or was changed; reading throws it, too.</exception>
    public Task<Stream> OpenSegmentAsync(SnapshotSegment segment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(segment);
        return SegmentFile.OpenBytesAsync(Store, Id, segment, cancellationToken);
    }

    /// <summary>
    /// Deletes the files of segments that are not wanted any more, as far as that succeeds. Those that a commit of the manifest names stay.
    /// </summary>
    /// <param name="segments">Segments that no commit is to append any more.</param>
    /// <param name="cancellationToken">Cancels the reading of the manifest.</param>
    /// <exception cref="SnapshotException">The manifest cannot be read; nothing was deleted.</exception>
    public async ValueTask DiscardSegmentsAsync(IEnumerable<SnapshotSegment> segments, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(segments);
        SnapshotSegment[] given = [.. segments];
        SegmentChange.RequireNoNulls(given, nameof(segments));
        var manifest = await new SnapshotPublisher(Store).ReadAsync(cancellationToken).ConfigureAwait(false);
        var named = (manifest?.Files ?? []).Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        await Store.ForgetAsync(given.Select(segment => segment.File.Name).Where(name => !named.Contains(name))).ConfigureAwait(false);
    }
}
