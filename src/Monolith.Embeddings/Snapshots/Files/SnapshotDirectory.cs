using System.Buffers.Binary;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>
/// What a file's directory says, checked against itself and against the file's length: its blocks fill the file without a gap.
/// </summary>
internal sealed class SnapshotDirectory
{
    private readonly string _file;
    private readonly List<SnapshotSection> _sections = [];
    private readonly List<BlockEntry> _blocks = [];

    /// <exception cref="SnapshotException">The directory does not fit.</exception>
    public SnapshotDirectory(SnapshotBytes bytes)
    {
        _file = bytes.Name;
        var end = bytes.ReadEnd();
        Span<byte> start = stackalloc byte[SnapshotFormat.HeaderStartBytes];
        bytes.ReadExactly(0, start);
        var firstBlock = HeaderFormat.LengthOf(_file, start);
        var directoryEnd = bytes.Length - SnapshotFormat.EndBytes;
        if (end.Directory < firstBlock || end.Directory > directoryEnd)
            throw bytes.Damaged($"a directory between {firstBlock} and {directoryEnd}", $"one at {end.Directory}.");
        try
        {
            Read(bytes, end, firstBlock, directoryEnd);
        }
        catch (FormatException exception)
        {
            throw bytes.Damaged("a directory", $"something else: {exception.Message}", exception);
        }
    }

    public IReadOnlyList<SnapshotSection> Sections => _sections;

    public IReadOnlyList<BlockEntry> Blocks => _blocks;

    /// <summary>The CRC-32C of the whole file, if its blocks have the checksums that the directory lists.</summary>
    public uint Checksum { get; private set; }

    /// <exception cref="SnapshotException">There is no such section.</exception>
    public int Find(string section)
    {
        var number = _sections.FindIndex(s => s.Name == section);
        if (number >= 0) return number;
        throw new SnapshotException(SnapshotFault.Mismatch, _file, $"section '{section}'",
            $"the sections {string.Join(", ", _sections.Select(s => s.Name))} only.");
    }

    private void Read(SnapshotBytes bytes, SnapshotEnd end, long firstBlock, long directoryEnd)
    {
        var names = bytes.ReadBlock(end.Directory, directoryEnd, out var payload);
        Require(names is { Section: SnapshotFormat.SectionNames, First: 0, Last: 0 }, "The directory does not begin with the sections.");
        ReadSections(payload);
        Require(names.Items == _sections.Count && end.Sections == _sections.Count, "The number of sections differs.");

        var (at, blockEnd, table) = (end.Directory + names.Bytes, firstBlock, new List<BlockEntry>());
        while (at < directoryEnd)
        {
            var lines = bytes.ReadBlock(at, directoryEnd, out payload);
            Require(lines.Section == SnapshotFormat.BlockTable
                && lines.First == (ulong)table.Count && lines.Last == lines.First, "A part of the directory is missing or repeated.");
            Require(lines.Items * (long)BlockEntry.TableBytes == payload.Length, "A part of the directory has another length.");
            for (var line = 0; line < payload.Length; line += BlockEntry.TableBytes)
            {
                var entry = BlockEntry.ReadTable(payload.AsSpan(line, BlockEntry.TableBytes), blockEnd);
                _blocks.Add(entry);
                blockEnd += entry.Bytes;
            }
            table.Add(lines);
            at += lines.Bytes;
        }
        Require(blockEnd == end.Directory, $"The blocks end at {blockEnd}, and the directory begins at {end.Directory}.");
        CheckCounts(end);
        Checksum = WholeChecksum(bytes, firstBlock, [.. _blocks, names, .. table]);
    }

    private void ReadSections(ReadOnlySpan<byte> payload)
    {
        var fields = new FieldReader(payload);
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var rest = fields.Count(SnapshotFormat.MaxSections, "sections"); rest > 0; rest--)
        {
            var (name, blocks, items) = (fields.Text(SnapshotFormat.MaxSectionNameBytes), fields.UInt64(), fields.UInt64());
            Require(name.Length > 0 && known.Add(name), $"Section '{name}' has no name, or stands there twice.");
            Require(blocks <= long.MaxValue && items <= long.MaxValue, $"Section '{name}' has {blocks} blocks and {items} items.");
            _sections.Add(new SnapshotSection(name, (long)blocks, items));
        }
        fields.End();
    }

    private void CheckCounts(SnapshotEnd end)
    {
        var (blocks, items, payload) = (new long[_sections.Count], new ulong[_sections.Count], 0L);
        foreach (var block in _blocks)
        {
            if (block.Section >= (uint)_sections.Count)
                throw new FormatException($"A block is of section {block.Section}, and there are {_sections.Count}.");
            blocks[block.Section]++;
            items[block.Section] += block.Items;
            payload += block.PayloadBytes;
        }
        for (var i = 0; i < _sections.Count; i++)
            Require(blocks[i] == _sections[i].Blocks
                && items[i] == _sections[i].Items, $"Section '{_sections[i].Name}' has other counts than its blocks.");
        var all = items.Aggregate(0ul, (sum, count) => sum + count);
        Require(end.Blocks == _blocks.Count
            && end.Items == all && end.PayloadBytes == payload, "The counts at the end of the file differ from its blocks.");
    }

    private static uint WholeChecksum(SnapshotBytes bytes, long headerBytes, IEnumerable<BlockEntry> blocks)
    {
        var header = new byte[headerBytes];
        bytes.ReadExactly(0, header);
        var checksum = Crc32C.Hash(header);
        Span<byte> stored = stackalloc byte[SnapshotFormat.ChecksumBytes];
        foreach (var block in blocks)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(stored, SnapshotFormat.Mask(block.Checksum));
            checksum = Crc32C.Append(Crc32C.Combine(checksum, block.Checksum, BlockEntry.HeaderBytes + block.PayloadBytes), stored);
        }
        Span<byte> end = stackalloc byte[SnapshotFormat.EndBytes];
        bytes.ReadExactly(bytes.Length - SnapshotFormat.EndBytes, end);
        return Crc32C.Append(checksum, end);
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds) throw new FormatException(problem);
    }
}
