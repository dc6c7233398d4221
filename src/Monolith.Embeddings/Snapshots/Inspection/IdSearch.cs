using System.Buffers.Binary;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots.Contents;

namespace Monolith.Embeddings.Snapshots.Inspection;

/// <summary>Looks for one id in the files of a chain; of each only the blocks are read to whose range it belongs.</summary>
/// <param name="table">The table's name.</param>
/// <param name="id">The id.</param>
/// <param name="cancellationToken">Asked before each block.</param>
internal sealed class IdSearch(string table, long id, CancellationToken cancellationToken)
{
    private readonly ulong _mixed = KeyMixer.Mix(unchecked((ulong)id));
    private (StoredIdState State, SnapshotCommit? Commit, DateTimeOffset? LastUpdate, int? Occurrences) _found;

    /// <summary>Looks into the files of a chain.</summary>
    /// <param name="files">The newest full and the deltas after it, in order, each with its commit.</param>
    /// <param name="newest">The number of the newest commit.</param>
    /// <exception cref="KeyNotFoundException">There is no such table; the message lists the names.</exception>
    /// <exception cref="SnapshotException">A file was changed.</exception>
    public StoredExplanation Run(IEnumerable<(SnapshotContents File, SnapshotCommit Commit)> files, ulong newest)
    {
        foreach (var (file, commit) in files) Look(file, commit);
        return new StoredExplanation
        {
            Table = table,
            Id = id,
            State = _found.State,
            Newest = newest,
            Commit = _found.Commit?.Number,
            CommitCreated = _found.Commit?.Created,
            LastUpdate = _found.LastUpdate,
            Occurrences = _found.Occurrences,
            IsForgotten = false,
        };
    }

    // Of a file, removals come before rows, and what it has of a range of counted ids replaces all before.
    private void Look(SnapshotContents file, SnapshotCommit commit)
    {
        var contents = file.Tables.FirstOrDefault(one => one.Description.Name == table) ?? throw new KeyNotFoundException(
            $"There is no table '{table}'; known: {string.Join(", ", file.Tables.Select(one => $"'{one.Description.Name}'"))}.");
        if (Find(file, contents.RemovedBlocks, sizeof(long), out _)) _found = (StoredIdState.Removed, commit, null, null);
        if (Find(file, contents.RowBlocks, contents.Records.RecordBytes, out var lastUpdate))
            _found = (StoredIdState.HasRow, commit, lastUpdate, null);
        LookAtCounts(file, contents, commit);
    }

    private bool Find(SnapshotContents file, IReadOnlyList<int> blocks, int itemBytes, out DateTimeOffset lastUpdate)
    {
        lastUpdate = default;
        foreach (var block in file.Reader.Read(blocks.Where(place => IsIn(file, place)), cancellationToken))
        {
            var items = new BlockItems(file.Name, block, itemBytes);
            while (items.MoveNext())
            {
                if (items.Id != id) continue;
                if (itemBytes > sizeof(long)) lastUpdate = EventSeconds.ToTime(RowRecord.LastUpdateOf(items.Item));
                return true;
            }
        }
        return false;
    }

    private void LookAtCounts(SnapshotContents file, TableContents contents, SnapshotCommit commit)
    {
        var (records, isReplaced, count) = (new AdmissionAssembler(file.Name), false, (int?)null);
        foreach (var block in file.Reader.Read(contents.AdmissionBlocks.Where(place => IsIn(file, place)), cancellationToken))
        {
            isReplaced = true;
            foreach (var record in records.Add(block.Payload)) count ??= CountIn(record.Bytes.Span);
        }
        if (!isReplaced || _found.State == StoredIdState.HasRow) return;
        if (count is not null) _found = (StoredIdState.Counted, commit, null, count);
        else if (_found.State == StoredIdState.Counted) _found = default;
    }

    // In a record of exact counts the count stands behind the mixed id.
    private int? CountIn(ReadOnlySpan<byte> record)
    {
        Span<byte> key = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(key, _mixed);
        var at = record.IndexOf(key);
        return at >= 0 && record.Length >= at + sizeof(ulong) + sizeof(int)
            ? BinaryPrimitives.ReadInt32LittleEndian(record[(at + sizeof(ulong))..])
            : null;
    }

    private bool IsIn(SnapshotContents file, int block) => file.Reader.Blocks[block].Range.Contains(_mixed);
}
