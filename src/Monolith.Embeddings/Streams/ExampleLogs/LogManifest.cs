using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>Which files a log has. Immutable.</summary>
/// <param name="Log">The log's identity: random bits.</param>
/// <param name="Writer">Its writer: random bits of the one that took it over last.</param>
/// <param name="FirstRow">The number of its first row that is kept.</param>
/// <param name="Files">Its files, each of the rows behind those of the one before.</param>
internal sealed record LogManifest(Guid Log, Guid Writer, long FirstRow, IReadOnlyList<LogEntry> Files)
{
    /// <summary>The number that the next row gets.</summary>
    public long NextRow => Files.Count == 0 ? FirstRow : Files[^1].EndRow;

    public static LogManifest Begin() => new(SnapshotIdentity.New(), Guid.Empty, 0, []);

    /// <summary>The file that holds a row; -1 for none.</summary>
    public int IndexOf(long row)
    {
        var (low, high) = (0, Files.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (row < Files[middle].FirstRow) high = middle - 1;
            else if (row >= Files[middle].EndRow) low = middle + 1;
            else return middle;
        }
        return -1;
    }

    /// <summary>With files after the last one; those that it has already, alone or merged, are passed over.</summary>
    /// <exception cref="FormatException">One does not follow.</exception>
    public LogManifest Append(IEnumerable<LogEntry> entries)
    {
        var (files, next) = (Files.ToList(), NextRow);
        foreach (var entry in entries.Where(entry => entry.EndRow > next))
        {
            if (entry.FirstRow != next) throw new FormatException($"File '{entry.Name}' begins with row {entry.FirstRow}, not {next}.");
            files.Add(entry);
            next = entry.EndRow;
        }
        return this with { Files = files };
    }

    /// <summary>Without the rows from one on.</summary>
    public LogManifest CutAt(long row)
    {
        if (row >= NextRow) return this;
        var kept = Files.Where(file => file.FirstRow < row).ToList();
        if (kept.Count > 0 && kept[^1].EndRow > row) kept[^1] = kept[^1] with { Rows = row - kept[^1].FirstRow };
        return this with { Files = kept, FirstRow = Math.Min(FirstRow, row) };
    }

    /// <summary>With one file in place of some; as it is where these are not all there.</summary>
    public LogManifest Merge(IReadOnlyList<LogEntry> merged, LogEntry into)
    {
        var at = Files.ToList().IndexOf(merged[0]);
        if (at < 0 || !Files.Skip(at).Take(merged.Count).SequenceEqual(merged)) return this;
        return this with { Files = [.. Files.Take(at), into, .. Files.Skip(at + merged.Count)] };
    }

    /// <summary>Without its first files.</summary>
    public LogManifest Drop(int files) =>
        files == 0 ? this : this with { FirstRow = Files[files - 1].EndRow, Files = [.. Files.Skip(files)] };
}
