using System.Buffers.Binary;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>
/// Writes a file of <see cref="SnapshotFormat"/> to any stream, front to back. Beside a buffer it holds 56 bytes for each block written.
/// Used by one thread at a time. Does not own the stream, and neither flushes nor commits it.
/// </summary>
internal sealed class SnapshotWriter
{
    private const int BufferBytes = 1 << 17;

    private readonly Stream _destination;
    private readonly byte[] _buffer;
    private readonly List<SnapshotSection> _sections = [];
    private readonly HashSet<string> _names = [];
    private readonly List<BlockEntry> _blocks = [];
    private int _buffered;
    private long _written;
    private uint _checksum;
    private bool _isComplete;

    /// <param name="destination">Receives the file.</param>
    /// <param name="header">What the file says of itself.</param>
    /// <param name="bufferBytes">How many bytes are gathered before they are written; longer blocks are written without a copy.</param>
    /// <exception cref="ArgumentException">The header's values cannot stand in a file; nothing was written.</exception>
    public SnapshotWriter(Stream destination, SnapshotHeader header, int bufferBytes = BufferBytes)
    {
        (_destination, _buffer) = (destination, new byte[bufferBytes]);
        var bytes = HeaderFormat.Write(header);
        Append(bytes, Crc32C.Hash(bytes));
    }

    /// <summary>Adds a section. Its blocks may stand among those of others.</summary>
    /// <param name="name">A name that no other section of the file has.</param>
    /// <returns>The section's number.</returns>
    public int AddSection(string name)
    {
        RequireOpen();
        if (_names.Contains(name)) throw new ArgumentException($"The file has a section '{name}' already.", nameof(name));
        var bytes = StoredNames.Utf8.GetByteCount(name);
        if (bytes is 0 or > SnapshotFormat.MaxSectionNameBytes || _sections.Count == SnapshotFormat.MaxSections)
        {
            throw new ArgumentException($"'{name}' would be section {_sections.Count + 1} with a name of {bytes} bytes; a file has at most "
                + $"{SnapshotFormat.MaxSections}, with names of 1 to {SnapshotFormat.MaxSectionNameBytes} bytes.", nameof(name));
        }
        _names.Add(name);
        _sections.Add(new SnapshotSection(name, 0, 0));
        return _sections.Count - 1;
    }

    /// <summary>
    /// Adds a section of bytes, for what writes itself to a stream. The stream is disposed before <see cref="Complete"/>.
    /// </summary>
    public Stream AddByteSection(string name) => new SectionWriteStream(this, AddSection(name));

    /// <summary>Adds a section of bytes.</summary>
    public void AddBytes(string name, ReadOnlySpan<byte> bytes)
    {
        using var stream = AddByteSection(name);
        stream.Write(bytes);
    }

    /// <summary>Writes a block.</summary>
    /// <param name="section">The number of its section.</param>
    /// <param name="first">The first key of its range, or its number within the section.</param>
    /// <param name="last">The last key of its range; not less than <paramref name="first"/>.</param>
    /// <param name="items">How many items the payload has.</param>
    /// <param name="payload">1 to <see cref="SnapshotFormat.MaxPayloadBytes"/> bytes.</param>
    public void WriteBlock(int section, ulong first, ulong last, uint items, ReadOnlySpan<byte> payload)
    {
        RequireOpen();
        var before = _sections[section];
        _blocks.Add(Write(new BlockEntry((uint)section, first, last, items, payload.Length, 0, _written), payload));
        _sections[section] = before with { Blocks = before.Blocks + 1, Items = before.Items + items };
    }

    /// <summary>Writes the directory and the end. The stream then holds the whole file.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>The file as a manifest names it.</returns>
    public SnapshotFileEntry Complete(string name)
    {
        RequireOpen();
        _isComplete = true;
        var directory = _written;
        WriteSections();
        WriteTable();
        var end = new SnapshotEnd(_sections.Count, directory, _blocks.Count, Total(s => s.Items), _blocks.Sum(b => (long)b.PayloadBytes),
            _written + SnapshotFormat.EndBytes);
        Span<byte> bytes = stackalloc byte[SnapshotFormat.EndBytes];
        end.Write(bytes);
        Append(bytes, Crc32C.Hash(bytes));
        FlushBuffer();
        return new SnapshotFileEntry { Name = name, Length = _written, Crc32C = _checksum };
    }

    private ulong Total(Func<SnapshotSection, ulong> value) => _sections.Aggregate(0ul, (sum, section) => sum + value(section));

    private void WriteSections()
    {
        var fields = new FieldWriter();
        fields.List(_sections, WriteSection);
        var entry = new BlockEntry(SnapshotFormat.SectionNames, 0, 0, (uint)_sections.Count, fields.Written.Length, 0, _written);
        Write(entry, fields.Written);
    }

    private static void WriteSection(FieldWriter fields, SnapshotSection section)
    {
        fields.Text(section.Name, SnapshotFormat.MaxSectionNameBytes);
        fields.Int64(section.Blocks);
        fields.UInt64(section.Items);
    }

    private void WriteTable()
    {
        const int LinesAtOnce = SnapshotFormat.MaxPayloadBytes / BlockEntry.TableBytes;
        var lines = new byte[Math.Min(_blocks.Count, LinesAtOnce) * BlockEntry.TableBytes];
        for (var done = 0; done < _blocks.Count; done += LinesAtOnce)
        {
            var count = Math.Min(LinesAtOnce, _blocks.Count - done);
            for (var i = 0; i < count; i++) _blocks[done + i].WriteTable(lines.AsSpan(i * BlockEntry.TableBytes));
            var payload = lines.AsSpan(0, count * BlockEntry.TableBytes);
            var number = (ulong)(done / LinesAtOnce);
            Write(new BlockEntry(SnapshotFormat.BlockTable, number, number, (uint)count, payload.Length, 0, _written), payload);
        }
    }

    private BlockEntry Write(BlockEntry entry, ReadOnlySpan<byte> payload)
    {
        if (payload.Length is 0 or > SnapshotFormat.MaxPayloadBytes)
            throw OutOfRange.Of(nameof(payload), payload.Length, $"A block has 1 to {SnapshotFormat.MaxPayloadBytes} bytes.");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entry.First, entry.Last);
        Span<byte> header = stackalloc byte[BlockEntry.HeaderBytes];
        entry.WriteHeader(header);
        var headerChecksum = Crc32C.Hash(header);
        var payloadChecksum = Crc32C.Hash(payload);
        var checksum = Crc32C.Combine(headerChecksum, payloadChecksum, payload.Length);
        Append(header, headerChecksum);
        Append(payload, payloadChecksum);
        Span<byte> stored = stackalloc byte[SnapshotFormat.ChecksumBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(stored, SnapshotFormat.Mask(checksum));
        Append(stored, Crc32C.Hash(stored));
        return entry with { Checksum = checksum };
    }

    private void Append(ReadOnlySpan<byte> bytes, uint checksum)
    {
        _checksum = Crc32C.Combine(_checksum, checksum, bytes.Length);
        _written += bytes.Length;
        if (bytes.Length > _buffer.Length - _buffered) FlushBuffer();
        if (bytes.Length > _buffer.Length)
        {
            _destination.Write(bytes);
            return;
        }
        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    private void FlushBuffer()
    {
        _destination.Write(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }

    private void RequireOpen()
    {
        if (_isComplete) throw new InvalidOperationException("The file is complete.");
    }
}
