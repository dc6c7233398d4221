using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Streams.Joining.Stores;

/// <summary>
/// The older part of a journal, in files of one size that are made as it grows and deleted as it is trimmed. Reading is thread-safe against
/// all else; the store's lock covers the rest.
/// </summary>
/// <param name="folder">Where.</param>
/// <param name="fileBytes">The bytes of a file; a whole number of pages.</param>
/// <param name="account">Pays for the checksums.</param>
internal sealed class ScratchFiles(ScratchFolder folder, long fileBytes, MemoryAccount account) : IDisposable
{
    private readonly SortedDictionary<long, ScratchFile> _files = [];

    /// <summary>The bytes that the files hold, at most.</summary>
    public long Bytes => _files.Count * fileBytes;

    /// <summary>Writes a page; a file may have to be made for it.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Write(long at, ReadOnlySpan<byte> page)
    {
        var number = at / fileBytes;
        if (!_files.TryGetValue(number, out var file)) _files.Add(number, file = folder.Create(fileBytes, account));
        file.Write(at % fileBytes, page);
    }

    /// <summary>The file that holds a place.</summary>
    public ScratchFile At(long at) => _files[at / fileBytes];

    /// <summary>Where in its file a place is.</summary>
    public long InFile(long at) => at % fileBytes;

    /// <summary>Deletes the files of which nothing is left.</summary>
    public void Trim(long before)
    {
        while (_files.Count > 0 && _files.First() is var (number, _) && (number + 1) * fileBytes <= before) Remove(number);
    }

    /// <summary>Deletes the files that lie wholly behind a place.</summary>
    public void Truncate(long end)
    {
        while (_files.Count > 0 && _files.Last() is var (number, _) && number * fileBytes >= end) Remove(number);
    }

    public void Dispose() => Truncate(long.MinValue);

    private void Remove(long number)
    {
        _files.Remove(number, out var file);
        file!.Dispose();
    }
}
