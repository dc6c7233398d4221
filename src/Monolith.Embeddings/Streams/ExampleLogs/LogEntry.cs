using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Stores;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>A file of a log as its manifest lists it. Immutable.</summary>
/// <param name="File">Name, length and checksum.</param>
/// <param name="FirstRow">The number of its first row.</param>
/// <param name="Rows">How many of its rows count, from its first: fewer than it has, where the log was set back.</param>
/// <param name="Times">The event times of all its rows.</param>
/// <param name="Fingerprint">The schema of its rows.</param>
/// <param name="Level">How often it was merged.</param>
internal sealed record LogEntry(SnapshotFileEntry File, long FirstRow, long Rows, TimeSpanOfRows Times, ulong Fingerprint, int Level)
{
    public string Name => File.Name;

    public long EndRow => FirstRow + Rows;

    public void Write(FieldWriter fields)
    {
        fields.Text(File.Name, SnapshotFileNames.MaxLength);
        fields.Int64(File.Length);
        fields.UInt32(File.Crc32C);
        fields.Int64(FirstRow);
        fields.Int64(Rows);
        fields.Int64(Times.First);
        fields.Int64(Times.Last);
        fields.UInt64(Fingerprint);
        fields.Int32(Level);
    }

    /// <exception cref="FormatException">The fields are of no entry.</exception>
    public static LogEntry Read(ref FieldReader fields)
    {
        var file = new SnapshotFileEntry
        {
            Name = fields.Text(SnapshotFileNames.MaxLength),
            Length = fields.Int64(),
            Crc32C = fields.UInt32(),
        };
        var (first, rows) = (fields.Int64(), fields.Int64());
        var times = new TimeSpanOfRows(fields.Int64(), fields.Int64());
        var entry = new LogEntry(file, first, rows, times, fields.UInt64(), fields.Int32());
        if (!SnapshotFileNames.IsValid(file.Name) || file.Length < 1 || first < 0 || rows < 1 || first > long.MaxValue - rows
            || times.First > times.Last || entry.Level < 0)
            throw new FormatException($"There is a file of rows {first} to {first + rows}, which cannot be.");
        return entry;
    }
}
