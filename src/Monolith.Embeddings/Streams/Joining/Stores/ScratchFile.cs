using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.Joining.Stores;

/// <summary>
/// A file of this process that holds a part of a journal. Each block's checksum is in memory, since the file is not read after
/// the process. Thread-safe.
/// </summary>
internal sealed class ScratchFile : IDisposable
{
    /// <summary>What is read and checked at a time.</summary>
    public const int BlockBytes = 4096;

    private readonly SafeFileHandle _file;
    private readonly NativeArray<uint> _checksums;
    private readonly Lock _lock = new();
    private bool _isDisposed;

    /// <param name="path">Its full path, for messages.</param>
    /// <param name="file">The file, which goes when it is closed.</param>
    /// <param name="bytes">How many it may hold; a whole number of blocks.</param>
    /// <param name="account">Pays for the checksums.</param>
    public ScratchFile(string path, SafeFileHandle file, long bytes, MemoryAccount account) =>
        (Path, _file, Bytes, _checksums) = (path, file, bytes, new NativeArray<uint>(bytes / BlockBytes, account));

    public string Path { get; }

    public long Bytes { get; }

    /// <summary>Writes whole blocks.</summary>
    /// <exception cref="IOException">The disk is full, or fails; what the blocks hold is not known.</exception>
    public void Write(long at, ReadOnlySpan<byte> blocks)
    {
        lock (_lock)
        {
            ScratchFaults.Guard(Path, blocks, (_file, at), static (b, to) => RandomAccess.Write(to._file, b, to.at));
            var checksums = _checksums.Slice(at / BlockBytes, blocks.Length / BlockBytes);
            for (var i = 0; i < checksums.Length; i++) checksums[i] = Crc32C.Hash(blocks.Slice(i * BlockBytes, BlockBytes));
        }
    }

    /// <summary>Reads bytes that were written.</summary>
    /// <exception cref="IOException">The file was cut short or changed, or the disk fails.</exception>
    public void Read(long at, Span<byte> bytes)
    {
        var first = at / BlockBytes * BlockBytes;
        var length = (int)((at + bytes.Length + BlockBytes - 1) / BlockBytes * BlockBytes - first);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            ReadBlocks(first, rented.AsSpan(0, length));
            rented.AsSpan((int)(at - first), bytes.Length).CopyTo(bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _file.Dispose();
            _checksums.Dispose();
        }
    }

    private void ReadBlocks(long first, Span<byte> blocks)
    {
        lock (_lock)
        {
            if (_isDisposed) throw OutOfRange.Of(nameof(first), first, "These places of the store of open impressions were dropped.");
            var count = ScratchFaults.Guard(Path, blocks, (_file, first), static (b, from) => ReadAll(from._file, b, from.first));
            if (count < blocks.Length) throw ScratchFaults.Changed(Path, $"{first + blocks.Length} bytes or more", $"{first + count}");
            var checksums = _checksums.Slice(first / BlockBytes, blocks.Length / BlockBytes);
            for (var i = 0; i < checksums.Length; i++)
            {
                if (Crc32C.Hash(blocks.Slice(i * BlockBytes, BlockBytes)) == checksums[i]) continue;
                throw ScratchFaults.Changed(Path, $"the bytes that were written at {first + ((long)i * BlockBytes)}", "others");
            }
        }
    }

    private static int ReadAll(SafeFileHandle file, Span<byte> bytes, long at)
    {
        var count = 0;
        while (count < bytes.Length && RandomAccess.Read(file, bytes[count..], at + count) is var read and > 0) count += read;
        return count;
    }
}
