using Monolith.Embeddings.Snapshots.Audit;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Snapshots.Inspection;

/// <summary>Looks for forgotten ids in all files of a store, also in those that no manifest names.</summary>
/// <param name="store">The store.</param>
/// <param name="list">The forgotten ids.</param>
/// <param name="cancellationToken">Asked before each block.</param>
internal sealed class ForgottenSearch(SnapshotStore store, SuppressionList list, CancellationToken cancellationToken)
{
    // What is looked through at once; an id that lies across two pieces is in both.
    private const int PieceBytes = 1 << 20;

    private readonly List<ForgottenFinding> _found = [];
    private bool _isByBytes;

    /// <exception cref="SnapshotException">The store failed, or a file of tables is damaged.</exception>
    public async Task<IReadOnlyList<ForgottenFinding>> RunAsync()
    {
        foreach (var file in await store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (list.IsEmpty || SuppressionStore.IsList(file.Name)) continue;
            try
            {
                await LookAsync(file.Name).ConfigureAwait(false);
            }
            catch (SnapshotException exception) when (exception.Fault == SnapshotFault.Missing)
            {
                // Deleted since it was listed.
            }
        }
        return _found;
    }

    /// <summary>Looks at one file.</summary>
    /// <returns>
    /// Whether some id was found, and whether small ids would not be: some of it was looked through as bytes of no known form.
    /// </returns>
    /// <exception cref="SnapshotException">The store failed, or the file is missing or damaged.</exception>
    public async Task<(bool Has, bool MissesSmall)> LookAtAsync(string name)
    {
        _found.Clear();
        _isByBytes = false;
        await LookAsync(name).ConfigureAwait(false);
        return (_found.Count > 0, _isByBytes);
    }

    private async Task LookAsync(string name)
    {
        var file = await store.OpenAsync(name, cancellationToken).ConfigureAwait(false);
        if (await Task.Run(() => TryLook(file), cancellationToken).ConfigureAwait(false)) return;
        file = await store.OpenAsync(name, cancellationToken).ConfigureAwait(false);
        await Task.Run(() => LookAtBytes(file), cancellationToken).ConfigureAwait(false);
    }

    private bool TryLook(SnapshotFile file)
    {
        using var closing = file;
        if (ReaderOf(file) is not { } reader) return false;
        if (reader.Header.Kind is SnapshotFileKind.Segment or SnapshotFileKind.Examples) LookAtSections(file.Name, reader);
        else LookAtTables(file);
        return true;
    }

    private void LookAtBytes(SnapshotFile file)
    {
        using var closing = file;
        _isByBytes = true;
        Look(file.Name, "bytes", null, tally => Pieces(file, tally));
    }

    // A file of another form, such as the manifest of a back-up, is no damage; it is closed.
    private static SnapshotReader? ReaderOf(SnapshotFile file)
    {
        try
        {
            return SnapshotReader.Open(file);
        }
        catch (SnapshotException exception) when (exception.Fault is SnapshotFault.Damaged or SnapshotFault.Mismatch)
        {
            return null;
        }
    }

    private void LookAtTables(SnapshotFile file)
    {
        var contents = SnapshotContents.Open(file);
        foreach (var table in contents.Tables)
        {
            var name = table.Description.Name;
            if (list.Of(name).Length == 0) continue;
            Look(file.Name, $"rows of '{name}'", name, tally => Ids(contents, table.RowBlocks, table.Records.RecordBytes, tally));
            Look(file.Name, $"removals of '{name}'", name, tally => Ids(contents, table.RemovedBlocks, sizeof(long), tally));
            Look(file.Name, $"counted ids of '{name}'", name, tally => Counted(contents, table.AdmissionBlocks, tally));
        }
        foreach (var section in contents.NamedSections)
            Look(file.Name, $"section '{section}'", null, tally => tally.Bytes(contents.ReadSection(section)));
    }

    private void Ids(SnapshotContents contents, IReadOnlyList<int> blocks, int itemBytes, ForgottenTally tally)
    {
        foreach (var block in contents.Reader.Read(blocks, cancellationToken))
        {
            var items = new BlockItems(contents.Name, block, itemBytes);
            while (items.MoveNext()) tally.Id(items.Id);
        }
    }

    private void Counted(SnapshotContents contents, IReadOnlyList<int> blocks, ForgottenTally tally)
    {
        var records = new AdmissionAssembler(contents.Name);
        foreach (var block in contents.Reader.Read(blocks, cancellationToken))
        {
            foreach (var record in records.Add(block.Payload)) tally.MixedIds(record.Bytes.Span);
        }
    }

    private void LookAtSections(string file, SnapshotReader reader)
    {
        for (var i = 0; i < reader.Sections.Count; i++)
        {
            var section = i;
            if (TryLookAtRemovals(file, reader, reader.Sections[i].Name)) continue;
            _isByBytes = true;
            Look(file, $"section '{reader.Sections[i].Name}'", null, tally =>
            {
                var blocks = Enumerable.Range(0, reader.Blocks.Count).Where(block => (int)reader.Blocks[block].Section == section);
                foreach (var block in reader.Read(blocks, cancellationToken)) Unpacked(block.Payload.Span, tally);
            });
        }
    }

    // An audit says which tables its ids are of, so that small ids are found as well.
    private bool TryLookAtRemovals(string file, SnapshotReader reader, string section)
    {
        if (section != RemovalSegments.Section) return false;
        using var stream = reader.OpenByteSection(section, ownsFile: false);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        List<AuditedRemoval> removals;
        try
        {
            removals = RemovalFormat.Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        catch (FormatException)
        {
            // Of another form, and looked through as bytes.
            return false;
        }
        foreach (var table in removals.GroupBy(removal => removal.Table, StringComparer.Ordinal))
        {
            Look(file, $"audited removals of '{table.Key}'", table.Key, tally =>
            {
                foreach (var removal in table) tally.Id(removal.Row.Id);
            });
        }
        return true;
    }

    // Rows of examples may be packed; whatever cannot be unpacked so is looked through as it is.
    private static void Unpacked(ReadOnlySpan<byte> payload, ForgottenTally tally)
    {
        tally.Bytes(payload);
        if (PackedBytes.TryUnpack(payload) is { } rows) tally.Bytes(rows);
    }

    private void Pieces(SnapshotFile file, ForgottenTally tally)
    {
        var buffer = new byte[PieceBytes];
        for (var at = 0L; at < file.Length; at += PieceBytes - sizeof(long) + 1)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var piece = buffer.AsSpan(0, (int)Math.Min(PieceBytes, file.Length - at));
            new SnapshotBytes(file).ReadExactly(at, piece);
            tally.Bytes(piece);
        }
    }

    private void Look(string file, string place, string? table, Action<ForgottenTally> look)
    {
        var tally = new ForgottenTally(list, table);
        if (tally.IsIdle) return;
        look(tally);
        if (tally.Count > 0)
            _found.Add(new ForgottenFinding { File = file, Place = place, Count = tally.Count, MayBeNew = tally.MayBeNew });
    }
}
