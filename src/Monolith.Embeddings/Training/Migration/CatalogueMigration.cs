using Monolith.Embeddings.Features.Catalogue;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>Takes over the texts of a catalogue: those of a table go with it, and go where it goes.</summary>
/// <param name="names">Which tables of the schemas are the same.</param>
/// <param name="report">Receives a line.</param>
internal sealed class CatalogueMigration(MigrationNames names, List<MigratedPart> report)
{
    /// <summary>Reads a catalogue, and makes that of the new store.</summary>
    /// <param name="store">The old store.</param>
    /// <param name="chain">Its chain.</param>
    /// <param name="segment">What holds the catalogue.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="SnapshotException">The file is missing, was changed, or holds something else.</exception>
    public async Task<byte[]> RunAsync(SnapshotStore store, Guid chain, SnapshotSegment segment, CancellationToken cancellationToken)
    {
        var stream = await SegmentFile.OpenBytesAsync(store, chain, segment, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return Converted(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        catch (FormatException exception)
        {
            throw new SnapshotException(
                SnapshotFault.Damaged, segment.File.Name, "a catalogue", $"something else: {exception.Message}", exception);
        }
    }

    private byte[] Converted(ReadOnlySpan<byte> saved)
    {
        var texts = new Dictionary<string, Dictionary<long, string>>(StringComparer.Ordinal);
        var (kept, dropped) = (0L, 0L);
        foreach (var (table, id, text) in CatalogueFormat.Read(saved))
        {
            if (NameOf(table) is not { } name)
            {
                dropped++;
                continue;
            }
            if (!texts.TryGetValue(name, out var own)) texts[name] = own = [];
            own[id] = text;
            kept++;
        }
        var written = CatalogueFormat.Write(texts);
        report.Add(new()
        {
            Kind = MigratedPartKind.Section,
            Name = SavedCatalogue.Section,
            Outcome = dropped == 0 ? MigrationOutcome.Kept : kept > 0 ? MigrationOutcome.KeptInPart : MigrationOutcome.Dropped,
            Reason = dropped == 0 ? "" : $"{dropped} texts are of tables that the new schema does not have",
            Bytes = written.Length,
        });
        return written;
    }

    // Texts may be of what is no table, under a name that the program chose.
    private string? NameOf(string table) => names.Tables.Was.Contains(table) ? names.Tables.After(table) : table;
}
