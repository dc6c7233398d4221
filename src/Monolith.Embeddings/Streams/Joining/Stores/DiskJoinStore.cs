using System.Numerics;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.Joining.Stores;

/// <summary>
/// A store whose newest bytes are in native memory, up to a budget, and whose older ones lie in scratch files. The files are of this
/// process alone: what must outlive it is in the chain.
/// </summary>
internal sealed class DiskJoinStore : JoinStore
{
    private const int LargestPage = 1 << 20, SmallestPage = 4 * ScratchFile.BlockBytes, PagesOfBudget = 16;
    private const long FilePages = 128;

    // From this many bytes on a reading goes forward, and is no look-up.
    private const int ForwardBytes = 16 << 10;

    private readonly JournalPages _pages;
    private readonly ScratchFiles _files;
    private readonly long _mostPages;
    private readonly Lock _lock = new();
    private StoreRange _range;
    private long _diskReads;

    /// <param name="options">The budget and the folder.</param>
    /// <param name="account">Pays for the memory.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options cannot be used.</exception>
    public DiskJoinStore(JoinStoreOptions options, MemoryAccount account)
    {
        OptionErrors.ThrowIfInvalid(options);
        var page = (int)Math.Clamp(options.MemoryBytes / PagesOfBudget, SmallestPage, LargestPage);
        page = (int)(BitOperations.RoundUpToPowerOf2((uint)page + 1) / 2);
        var folder = new ScratchFolder(options.Folder);
        folder.RemoveLeftovers();
        // A spare page counts as well.
        _mostPages = options.MemoryBytes / page - 1;
        _pages = new JournalPages(page, account);
        _files = new ScratchFiles(folder, FilePages * page, account);
    }

    public override long StartOffset => _range.Start;

    public override long EndOffset => _range.End;

    public override long DiskReads => Volatile.Read(ref _diskReads);

    public override long MemoryBytes
    {
        get
        {
            lock (_lock) return _pages.Bytes;
        }
    }

    public override long DiskBytes
    {
        get
        {
            lock (_lock) return _files.Bytes;
        }
    }

    public override long Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _range.RequireOpen();
            var end = _range.End + bytes.Length;
            // The last page is never spilled, so that what follows finds it in memory, however long it is.
            while (_pages.Count > 1 && _pages.Missing(end) is var missing and > 0 && _pages.Count + missing > _mostPages) SpillOldest();
            _pages.Reserve(end);
            _pages.Write(_range.End, bytes);
            return _range.Append(bytes.Length);
        }
    }

    public override int Read(long at, Span<byte> bytes)
    {
        int count, read = 0;
        do
        {
            ScratchFile file;
            long inFile;
            int length;
            lock (_lock)
            {
                count = _range.Readable(at, bytes.Length);
                if (at + read >= _pages.Start || read == count)
                {
                    if (read < count) _pages.Read(at + read, bytes[read..count]);
                    break;
                }
                (file, inFile) = (_files.At(at + read), _files.InFile(at + read));
                length = (int)Math.Min(Math.Min(count - read, _pages.Start - at - read), file.Bytes - inFile);
            }
            file.Read(inFile, bytes.Slice(read, length));
            if (read == 0 && bytes.Length < ForwardBytes) Interlocked.Increment(ref _diskReads);
            read += length;
        }
        while (read < count);
        return count;
    }

    public override void Trim(long before)
    {
        lock (_lock)
        {
            _range.Trim(before);
            while (_pages.Count > 0 && _pages.Start + _pages.PageBytes <= _range.Start) _pages.DropOldest();
            _files.Trim(_range.Start);
        }
    }

    public override void Truncate(long offset)
    {
        lock (_lock)
        {
            _range.Require(offset);
            if (offset < _pages.Start) Load(offset);
            else _pages.Truncate(offset);
            _range.Truncate(offset);
            _files.Truncate(_pages.Start);
        }
    }

    public override void Clear(long at)
    {
        lock (_lock)
        {
            _range.Clear(at);
            _pages.Clear(at);
            _files.Truncate(long.MinValue);
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            _range.Close();
            _pages.Dispose();
            _files.Dispose();
        }
    }

    private void SpillOldest()
    {
        _files.Write(_pages.Start, _pages.Oldest);
        _pages.DropOldest();
    }

    // Bytes are appended in memory alone: the page where the next ones go comes back from its file.
    private void Load(long end)
    {
        var start = end / _pages.PageBytes * _pages.PageBytes;
        var page = new byte[end - start];
        if (page.Length > 0) _files.At(start).Read(_files.InFile(start), page);
        _pages.Clear(start);
        _pages.Reserve(end);
        _pages.Write(start, page);
    }
}
