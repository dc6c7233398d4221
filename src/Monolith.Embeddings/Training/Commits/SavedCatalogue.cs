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
    private readonly List<(string Table, Func<long, bool> IsForgotten)> _forgotten = [];
    private int _begun;

    /// <summary>The name of the section.</summary>
    public const string Section = "catalogue";

    /// <summary>
    /// Takes texts out of what an earlier trainer saved, with the next commit, where this one has no catalogue.
    /// </summary>
    public void Forget(string table, Func<long, bool> isForgotten) => _forgotten.Add((table, isForgotten));

    /// <summary>Says that the commit is durable.</summary>
    public void End()
    {
        _forgotten.RemoveRange(0, _begun);
        _begun = 0;
    }

    /// <summary>Writes a catalogue as it was, where the chain does not have it so, and says what the commit does to the segments.</summary>
    /// <param name="saved">The catalogue; null where the trainer has none.</param>
    /// <param name="chain">Where to.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <exception cref="SnapshotException">The store failed.</exception>
    public async Task<(IReadOnlyList<SnapshotSegment> Appended, IReadOnlyList<SnapshotSegment> Dropped)> SaveAsync(
        (byte[] Bytes, long Version)? saved, SnapshotChain chain, CancellationToken cancellationToken)
    {
        var living = chain.Segments.Where(segment => segment.Section == Section).ToList();
        // Without one, what an earlier trainer saved stays, but what was forgotten.
        if (saved is not { } catalogue) return await SaveWithoutForgottenAsync(living, chain, cancellationToken).ConfigureAwait(false);
        var name = NameOf(catalogue.Version);
        if (living.Exists(segment => segment.Name == name)) return ([], [.. living.Where(segment => segment.Name != name)]);
        if (catalogue.Version == 0 && living.Count == 0) return ([], []);
        if (_written?.Name != name) await WriteAsync(name, catalogue.Bytes, living, chain, cancellationToken).ConfigureAwait(false);
        return ([_written!], living);
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

    private async Task<(IReadOnlyList<SnapshotSegment> Appended, IReadOnlyList<SnapshotSegment> Dropped)> SaveWithoutForgottenAsync(
        List<SnapshotSegment> living, SnapshotChain chain, CancellationToken cancellationToken)
    {
        _begun = _forgotten.Count;
        if (_begun == 0 || Of(living) is not { } segment) return ([], []);
        var texts = new IdCatalogue(IdCatalogue.MostTexts, IdCatalogue.MostBytes);
        try
        {
            await LoadAsync(texts, chain.Store, chain.Id, segment, cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotException exception) when (exception.Fault is SnapshotFault.Damaged or SnapshotFault.Missing)
        {
            // What cannot be read cannot be rid of a text either.
            return ([], living);
        }
        foreach (var (table, isForgotten) in _forgotten) texts.RemoveAll(table, isForgotten);
        var (bytes, version) = texts.Save();
        if (version == VersionOf(segment.Name)) return ([], []);
        await WriteAsync(NameOf(version), bytes, living, chain, cancellationToken).ConfigureAwait(false);
        return ([_written!], living);
    }

    private async Task WriteAsync(
        string name, byte[] bytes, List<SnapshotSegment> living, SnapshotChain chain, CancellationToken cancellationToken)
    {
        if (_written is not null && !living.Contains(_written))
            await chain.DiscardSegmentsAsync([_written], cancellationToken).ConfigureAwait(false);
        _written = null;
        _written = await chain.WriteSegmentAsync(
            Section, name, async (stream, token) => await stream.WriteAsync(bytes, token).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
    }

    private static string NameOf(long version) => version.ToString("d19", CultureInfo.InvariantCulture);

    private static long VersionOf(string name) => long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        ? version
        : 0;
}
