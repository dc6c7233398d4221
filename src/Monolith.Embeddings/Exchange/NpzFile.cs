using System.IO.Compression;

namespace Monolith.Embeddings.Exchange;

/// <summary>A NumPy file, by its arrays. One thread's.</summary>
internal sealed class NpzFile : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);

    /// <param name="source">The file; left open.</param>
    /// <exception cref="InvalidDataException">It is no zip file.</exception>
    /// <exception cref="IOException">The medium failed.</exception>
    public NpzFile(Stream source)
    {
        var watched = new WatchedSource(source);
        _archive = watched.Guard(() => new ZipArchive(watched, ZipArchiveMode.Read, leaveOpen: true));
        try
        {
            foreach (var entry in watched.Guard(() => _archive.Entries)) Add(entry);
            NpzFaults.Guard("", () => ZipNames.RequireEqual(source));
            RequireNoneMeantForAnother();
        }
        catch
        {
            _archive.Dispose();
            throw;
        }
    }

    public bool Has(string name) => _entries.ContainsKey(name);

    /// <summary>Opens an array; the caller disposes it. Several may be open at once.</summary>
    /// <exception cref="InvalidDataException">There is no such array, or it cannot be read.</exception>
    public NpyArray Open(string name) => _entries.TryGetValue(name, out var entry)
        ? new NpyArray(name, entry)
        : throw new InvalidDataException(
            $"The NumPy file has no array '{name}', only {Names()}. Save it by numpy.savez(file, ids=..., weights=..., last_updates=...).");

    public void Dispose() => _archive.Dispose();

    private string Names() => _entries.Count == 0 ? "none" : string.Join(", ", _entries.Keys.Take(10).Select(name => $"'{name}'"));

    // What is not known is passed over; but who writes last_update for last_updates would lose the times of all rows.
    private void RequireNoneMeantForAnother()
    {
        foreach (var name in _entries.Keys)
        {
            var meant = Array.Find(NpyFormat.Names, known => known != name && Bare(known) == Bare(name));
            if (meant is not null && !Has(meant))
                throw NpzFaults.Wrong(name, $"is it meant to be '{meant}'? Give it that name, or another one.");
        }
    }

    private static string Bare(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant().TrimEnd('s');

    private void Add(ZipArchiveEntry entry)
    {
        var name = entry.FullName.EndsWith(NpzArchive.Extension, StringComparison.Ordinal)
            ? entry.FullName[..^NpzArchive.Extension.Length]
            : entry.FullName;
        if (!_entries.TryAdd(name, entry)) throw NpzFaults.Wrong(name, "there are two of this name.");
    }
}
