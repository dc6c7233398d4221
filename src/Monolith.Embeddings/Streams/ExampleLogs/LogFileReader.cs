using System.Buffers;
using System.Buffers.Binary;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>
/// Reads a file of a log. Opening it checks all but the rows, and that its blocks hold the rows that the manifest says. Used by one thread.
/// </summary>
internal sealed class LogFileReader : IDisposable
{
    private readonly SnapshotStore _store;
    private readonly SnapshotReader _file;
    private readonly IReadOnlyList<int> _blocks;
    private readonly byte[] _times;
    private readonly byte[] _rows = ArrayPool<byte>.Shared.Rent(SnapshotFormat.MaxPayloadBytes);

    private LogFileReader(SnapshotStore store, SnapshotReader file, LogEntry entry)
    {
        (_store, _file, Entry, _blocks) = (store, file, entry, file.BlocksOf(LogFileFormat.Rows));
        _times = Section(LogFileFormat.Times);
        try
        {
            Shape = RowShape.Read(Section(LogFileFormat.Shape));
        }
        catch (FormatException cause)
        {
            throw Damaged("a schema", cause.Message, cause);
        }
        Check();
    }

    public LogEntry Entry { get; }

    /// <summary>The schema of its rows.</summary>
    public RowShape Shape { get; }

    /// <summary>How many blocks hold rows that count.</summary>
    public int Blocks { get; private set; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="SnapshotException">It is missing, or not the one that the manifest lists.</exception>
    public static ValueTask<LogFileReader> OpenAsync(SnapshotStore store, LogEntry entry, CancellationToken cancellationToken) =>
        LogFaults.CallAsync(store, () => OpenCoreAsync(store, entry, cancellationToken));

    private static async ValueTask<LogFileReader> OpenCoreAsync(SnapshotStore store, LogEntry entry, CancellationToken cancellationToken)
    {
        var stored = await store.OpenAsync(entry.Name, cancellationToken).ConfigureAwait(false);
        var file = SnapshotReader.Open(stored, entry.File);
        try
        {
            return new LogFileReader(store, file, entry);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The block that holds a row.</summary>
    public int BlockOf(long row)
    {
        var (low, high) = (0, Blocks - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (FirstRowOf(middle) <= row) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    public long FirstRowOf(int block) => (long)_file.Blocks[_blocks[block]].First;

    /// <summary>The number after the last row of a block that counts.</summary>
    public long EndRowOf(int block) => Math.Min((long)_file.Blocks[_blocks[block]].Last + 1, Entry.EndRow);

    /// <summary>The greatest event time of a block.</summary>
    public long LastTimeOf(int block) =>
        BinaryPrimitives.ReadInt64LittleEndian(_times.AsSpan((block * LogFileFormat.TimeBytes) + sizeof(long)));

    /// <summary>The rows of a block, each after its length. Valid until the next call.</summary>
    /// <exception cref="SnapshotException">The block is damaged, or the file is gone.</exception>
    public ReadOnlyMemory<byte> ReadBlock(int block)
    {
        try
        {
            return ReadRows(block);
        }
        catch (SnapshotException fault) when (fault.Owner.Length == 0)
        {
            throw LogFaults.In(_store, fault);
        }
    }

    private ReadOnlyMemory<byte> ReadRows(int block)
    {
        foreach (var contents in _file.Read([_blocks[block]]))
        {
            try
            {
                var length = RowBlock.Unpack(contents.Payload.Span, _rows);
                CheckRows(_rows.AsSpan(0, length), contents.Entry.Items);
                return _rows.AsMemory(0, length);
            }
            catch (InvalidDataException cause)
            {
                throw Damaged($"rows {FirstRowOf(block)} to {EndRowOf(block) - 1}", cause.Message, cause);
            }
        }
        throw Damaged("a block", "none.");
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_rows);
        _file.Dispose();
    }

    // What counts may end before the file does.
    private void Check()
    {
        var next = Entry.FirstRow;
        foreach (var block in _blocks.Select(place => _file.Blocks[place]))
        {
            if (block.First != (ulong)next || block.Items == 0 || block.Last - block.First != block.Items - 1UL)
                throw Damaged($"a block that begins with row {next}", $"one of rows {block.First} to {block.Last}, {block.Items} of them.");
            next = (long)block.Last + 1;
        }
        if (next < Entry.EndRow) throw Damaged($"rows up to {Entry.EndRow - 1}", $"rows up to {next - 1}.");
        if (_times.Length != _blocks.Count * LogFileFormat.TimeBytes)
            throw Damaged($"event times of {_blocks.Count} blocks", $"{_times.Length} bytes.");
        if (Shape.Fingerprint != Entry.Fingerprint)
            throw Damaged($"rows of schema {Entry.Fingerprint:x16}", $"schema {Shape.Fingerprint:x16}.");
        Blocks = Enumerable.Range(0, _blocks.Count).Count(block => FirstRowOf(block) < Entry.EndRow);
    }

    private static void CheckRows(ReadOnlySpan<byte> rows, uint expected)
    {
        var count = 0u;
        for (; rows.Length > 0; count++) rows = rows[(RowChunk.LengthBytes + RowBlock.LengthOfNext(rows))..];
        if (count != expected) throw new InvalidDataException($"{count} rows, where {expected} are listed");
    }

    private byte[] Section(string name)
    {
        using var section = _file.OpenByteSection(name);
        using var bytes = new MemoryStream();
        section.CopyTo(bytes);
        return bytes.ToArray();
    }

    private SnapshotException Damaged(string expected, string found, Exception? cause = null) =>
        new(SnapshotFault.Damaged, Entry.Name, expected, found, cause);
}
