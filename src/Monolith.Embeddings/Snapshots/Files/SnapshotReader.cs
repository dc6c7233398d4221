using System.Buffers;
using System.Buffers.Binary;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>
/// Reads a file of <see cref="SnapshotFormat"/>. Opening it checks all but the blocks; <see cref="Verify"/> checks these, and comes before
/// anything is applied. Holds the directory in memory, 56 bytes a block that is there. Thread-safe: blocks may be read on all cores. Owns
/// the file.
/// </summary>
internal sealed class SnapshotReader : IDisposable
{
    private readonly SnapshotFile _file;
    private readonly SnapshotDirectory _directory;

    // Takes any block; little more than the longest payload at most.
    private readonly int _bufferBytes;

    private SnapshotReader(SnapshotFile file, SnapshotHeader header, SnapshotDirectory directory)
    {
        (_file, Header, _directory) = (file, header, directory);
        _bufferBytes = directory.Blocks.Select(b => b.Bytes).DefaultIfEmpty().Max();
    }

    /// <summary>The file's name.</summary>
    public string Name => _file.Name;

    public SnapshotHeader Header { get; }

    public IReadOnlyList<SnapshotSection> Sections => _directory.Sections;

    /// <summary>All blocks, in the file's order.</summary>
    public IReadOnlyList<BlockEntry> Blocks => _directory.Blocks;

    /// <summary>Opens a file; disposes it where it is refused.</summary>
    /// <param name="file">The file; owned from here on.</param>
    /// <param name="expected">What the manifest says of it; null to take any.</param>
    /// <exception cref="SnapshotException">
    /// It is not whole, not a snapshot, of another version, or not the file that the manifest names.
    /// </exception>
    public static SnapshotReader Open(SnapshotFile file, SnapshotFileEntry? expected = null)
    {
        try
        {
            if (expected is not null && expected.Length != file.Length)
                throw new SnapshotException(SnapshotFault.Damaged, file.Name, $"{expected.Length} bytes", $"{file.Length}.");
            var bytes = new SnapshotBytes(file);
            var header = bytes.ReadHeader();
            var directory = new SnapshotDirectory(bytes);
            if (expected is not null && directory.Checksum != expected.Crc32C)
                throw new SnapshotException(
                    SnapshotFault.Damaged, file.Name, $"checksum {expected.Crc32C:x8}", $"{directory.Checksum:x8}: it is another file.");
            return new SnapshotReader(file, header, directory);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Checks every block.</summary>
    /// <param name="threads">How many threads read; at least 1. Each holds one block.</param>
    /// <param name="cancellationToken">Asked before each block.</param>
    /// <exception cref="SnapshotException">A block is not what was written.</exception>
    public void Verify(int threads = 1, CancellationToken cancellationToken = default)
    {
        int[] all = [.. Enumerable.Range(0, Blocks.Count)];
        new BlockPass(threads, cancellationToken).ForEach(this, all, static _ => { });
    }

    /// <summary>
    /// Reads blocks one after the other, each checked, whether it was before or not: the one way to go through a file. Any number of
    /// threads may do so, each for itself.
    /// </summary>
    /// <param name="blocks">The blocks, by their places among <see cref="Blocks"/>.</param>
    /// <param name="cancellationToken">Asked before each block.</param>
    /// <exception cref="SnapshotException">A block is not what was written.</exception>
    public IEnumerable<BlockContents> Read(IEnumerable<int> blocks, CancellationToken cancellationToken = default)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(_bufferBytes);
        try
        {
            foreach (var block in blocks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new BlockContents(block, Blocks[block], ReadBlock(block, buffer));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The blocks of a section, in the file's order.</summary>
    /// <exception cref="SnapshotException">The file has no such section.</exception>
    public IReadOnlyList<int> BlocksOf(string section)
    {
        var number = _directory.Find(section);
        return [.. Enumerable.Range(0, Blocks.Count).Where(i => Blocks[i].Section == (uint)number)];
    }

    /// <summary>Opens a section of bytes.</summary>
    /// <param name="section">The section.</param>
    /// <param name="ownsFile">Whether the file is closed with the stream.</param>
    /// <exception cref="SnapshotException">The file has no such section, or it holds something else.</exception>
    public Stream OpenByteSection(string section, bool ownsFile = false)
    {
        var blocks = BlocksOf(section);
        for (var i = 0; i < blocks.Count; i++)
        {
            var block = Blocks[blocks[i]];
            if (block.First != (ulong)i || block.Last != (ulong)i || block.Items != block.PayloadBytes)
                throw new SnapshotException(SnapshotFault.Damaged, _file.Name, $"block {i} of the bytes of section '{section}'",
                    $"block {block.First} with {block.Items} items.");
        }
        return new SectionReadStream(this, blocks, (long)Sections[_directory.Find(section)].Items, ownsFile);
    }

    /// <summary>Requires these sections and no others.</summary>
    /// <exception cref="SnapshotException">One is missing, or there is one more.</exception>
    public void RequireSections(params IReadOnlyCollection<string> names)
    {
        foreach (var name in names) _directory.Find(name);
        if (Sections.FirstOrDefault(s => !names.Contains(s.Name)) is { Name: { } unknown })
            throw new SnapshotException(
                SnapshotFault.Mismatch, _file.Name, $"the sections {string.Join(", ", names)}", $"section '{unknown}' too.");
    }

    public void Dispose() => _file.Dispose();

    // Checks the block, whether it was checked before or not.
    private ReadOnlyMemory<byte> ReadBlock(int block, byte[] buffer)
    {
        var entry = Blocks[block];
        var bytes = buffer.AsSpan(0, entry.Bytes);
        new SnapshotBytes(_file).ReadExactly(entry.Offset, bytes);
        Span<byte> header = stackalloc byte[BlockEntry.HeaderBytes];
        entry.WriteHeader(header);
        if (!bytes.StartsWith(header))
            throw new SnapshotException(
                SnapshotFault.Damaged, _file.Name, $"block {block} at {entry.Offset} as the directory lists it", "another header.");
        var checksum = Crc32C.Hash(bytes[..^SnapshotFormat.ChecksumBytes]);
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes[^SnapshotFormat.ChecksumBytes..]);
        if (checksum != entry.Checksum || stored != SnapshotFormat.Mask(checksum))
            throw new SnapshotException(SnapshotFault.Damaged, _file.Name,
                $"checksum {entry.Checksum:x8} of block {block} at {entry.Offset}", $"{checksum:x8}: bytes were changed.");
        return buffer.AsMemory(BlockEntry.HeaderBytes, entry.PayloadBytes);
    }
}
