using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Audit;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>Takes over the audit of removals: those of a table go with it, and go where it goes.</summary>
/// <param name="names">Which tables of the schemas are the same.</param>
/// <param name="report">Receives a line, where there is an audit.</param>
internal sealed class RemovalMigration(MigrationNames names, List<MigratedPart> report)
{
    /// <summary>Reads an audit, and makes that of the new store.</summary>
    /// <param name="store">The old store.</param>
    /// <param name="chain">Its chain.</param>
    /// <param name="segments">What holds the audit.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The names of the new segments, and what they hold.</returns>
    /// <exception cref="SnapshotException">A file is missing, was changed, or holds something else.</exception>
    public async Task<IReadOnlyList<(string Name, byte[] Bytes)>> RunAsync(
        SnapshotStore store, Guid chain, IReadOnlyList<SnapshotSegment> segments, CancellationToken cancellationToken)
    {
        var (written, kept, dropped) = (new List<(string Name, byte[] Bytes)>(), 0L, 0L);
        foreach (var segment in segments)
        {
            var removals = await RemovalSegments.ReadAsync(store, chain, segment, cancellationToken).ConfigureAwait(false);
            var taken = removals.Select(removal => removal with { Table = names.Tables.After(removal.Table)! })
                .Where(removal => removal.Table is not null).ToList();
            (kept, dropped) = (kept + taken.Count, dropped + removals.Count - taken.Count);
            if (taken.Count == 0) continue;
            written.Add((RemovalSegments.NameOf(RemovalSegments.PartsOf(segment).Last, taken.Count), RemovalFormat.Write(taken)));
        }
        if (segments.Count > 0) Report(kept, dropped, written.Sum(one => one.Bytes.Length));
        return written;
    }

    private void Report(long kept, long dropped, int bytes) => report.Add(new()
    {
        Kind = MigratedPartKind.Section,
        Name = RemovalSegments.Section,
        Outcome = dropped == 0 ? MigrationOutcome.Kept : kept > 0 ? MigrationOutcome.KeptInPart : MigrationOutcome.Dropped,
        Reason = dropped == 0 ? "" : $"{dropped} removals are of tables that the new schema does not have",
        Bytes = bytes,
    });
}
