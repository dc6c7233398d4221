using System.Globalization;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>
/// How commits hold a catalogue: one segment, whose name is the number of the newest change in it. A commit behind which nothing changed
/// writes nothing. One commit at a time.
/// </summary>
internal sealed class SavedCatalogue
{
    // Of a commit that failed, for the next one.
    private SnapshotSegment? _written;

    /// <summary>The name of the section.</summary>
    public const string Section = "catalogue";

    /// <summary>Writes a catalogue as it was, where the chain does not have it so, and says what the commit does to the segments.</summary>
    /// <param name="saved">The catalogue; null where the trainer has none.</param>
    /// <param name="chain">Where to.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <exception cref="SnapshotException">The store failed.</exception>
    public async Task<(IReadOnlyList<SnapshotSegment> Appended, IReadOnlyList<SnapshotSegment> Dropped)> SaveAsync(
        (byte[] Bytes, long Version)? saved, SnapshotChain chain, CancellationToken cancellationToken)
    {
        var living = chain.Segments.Where(segment => segment.Section == Section).ToList();
        // Without one, what an earlier trainer saved stays.
        if (saved is not { } catalogue) return ([], []);
        var name = NameOf(catalogue.Version);
        if (living.Exists(segment => segment.Name == name)) return ([], [.. living.Where(segment => segment.Name != name)]);
        if (catalogue.Version == 0 && living.Count == 0) return ([], []);
        if (_written?.Name != name)
        {
            if (_written is not null && !living.Contains(_written))
                await chain.DiscardSegmentsAsync([_written], cancellationToken).ConfigureAwait(false);
            _written = await chain.WriteSegmentAsync(
                Section, name, async (stream, token) => await stream.WriteAsync(catalogue.Bytes, token).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
        }
        return ([_written], living);
    }

    /// <summary>The segment that holds the catalogue; null where there is none.</summary>
    public static SnapshotSegment? Of(IEnumerable<SnapshotSegment> segments) =>
        segments.Where(segment => segment.Section == Section).MaxBy(segment => VersionOf(segment.Name));

    /// <summary>Loads a catalogue.</summary>
    /// <exception cref="SnapshotException">The file is missing, was changed, or holds something else.</exception>
    public static async Task LoadAsync(
        IdCatalogue catalogue, SnapshotStore store, Guid chain, SnapshotSegment segment, CancellationToken cancellationToken)
    {
        var stream = await SegmentFile.OpenBytesAsync(store, chain, segment, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        try
        {
            catalogue.Load(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), VersionOf(segment.Name));
        }
        catch (FormatException exception)
        {
            throw new SnapshotException(
                SnapshotFault.Damaged, segment.File.Name, "a catalogue", $"something else: {exception.Message}", exception);
        }
    }

    private static string NameOf(long version) => version.ToString("d19", CultureInfo.InvariantCulture);

    private static long VersionOf(string name) => long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        ? version
        : 0;
}
