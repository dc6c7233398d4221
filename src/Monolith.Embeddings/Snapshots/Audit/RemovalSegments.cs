using System.Globalization;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Snapshots.Audit;

/// <summary>
/// How commits hold the audit of removals: segments in order, each named by the number of its last removal and by how many it has.
/// </summary>
internal static class RemovalSegments
{
    /// <summary>The name of the section.</summary>
    public const string Section = "removals";

    /// <summary>The most that an audit may keep.</summary>
    public const int MostEntries = 1 << 24;

    /// <summary>The segments of an audit among others, oldest first.</summary>
    public static List<SnapshotSegment> Of(IEnumerable<SnapshotSegment> segments) =>
        [.. segments.Where(segment => segment.Section == Section).OrderBy(segment => segment.Name, StringComparer.Ordinal)];

    /// <summary>The name of a segment.</summary>
    public static string NameOf(long last, int count) => string.Create(CultureInfo.InvariantCulture, $"{last:d19}-{count:d8}");

    /// <summary>What a name says: the number of the last removal, and how many there are.</summary>
    public static (long Last, int Count) PartsOf(SnapshotSegment segment)
    {
        var parts = segment.Name.Split('-');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? (last, count)
            : throw Damaged(segment, $"the name '{segment.Name}'", null);
    }

    /// <summary>Reads the removals of a segment.</summary>
    /// <exception cref="SnapshotException">The file is missing, was changed, or holds something else.</exception>
    public static async Task<List<AuditedRemoval>> ReadAsync(
        SnapshotStore store, Guid chain, SnapshotSegment segment, CancellationToken cancellationToken)
    {
        var stream = await SegmentFile.OpenBytesAsync(store, chain, segment, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return RemovalFormat.Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        catch (FormatException exception)
        {
            throw Damaged(segment, $"something else: {exception.Message}", exception);
        }
    }

    /// <summary>Looks for the newest removal of an id.</summary>
    /// <param name="store">The store.</param>
    /// <param name="chain">Its chain.</param>
    /// <param name="segments">The segments that live at a commit.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The removal; null where the audit does not have one.</returns>
    /// <exception cref="SnapshotException">A file is missing, was changed, or holds something else.</exception>
    public static async Task<RowRemoval?> FindAsync(
        SnapshotStore store, Guid chain, IEnumerable<SnapshotSegment> segments, string table, long id,
        CancellationToken cancellationToken)
    {
        foreach (var segment in Enumerable.Reverse(Of(segments)))
        {
            var removals = await ReadAsync(store, chain, segment, cancellationToken).ConfigureAwait(false);
            var place = removals.FindLastIndex(removal => removal.Row.Id == id && removal.Table == table);
            if (place >= 0) return removals[place].Row.ToRemoval(removals[place].Policy);
        }
        return null;
    }

    private static SnapshotException Damaged(SnapshotSegment segment, string found, Exception? cause) =>
        new(SnapshotFault.Damaged, segment.File.Name, "removals", found, cause);
}
