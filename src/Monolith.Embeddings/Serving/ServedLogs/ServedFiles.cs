using System.Globalization;

namespace Monolith.Embeddings.Serving.ServedLogs;

/// <summary>The files of a served log, in the order of their names. Used by one thread.</summary>
/// <param name="folder">Where they are.</param>
/// <param name="options">When another one is begun.</param>
/// <param name="time">The clock.</param>
internal sealed class ServedFiles(string folder, ServedLogOptions options, TimeProvider time) : IDisposable
{
    public const string Pattern = "served-*.log";

    private FileStream? _file;
    private DateTimeOffset _begun;

    /// <summary>Appends lines, whole.</summary>
    /// <exception cref="IOException">The disk refused; the next lines go to another file.</exception>
    public void Append(ReadOnlySpan<byte> lines)
    {
        if (_file is not null && (_file.Length >= options.RotateBytes || time.GetUtcNow() - _begun >= options.RotateEvery)) Close();
        try
        {
            _file ??= Begin();
            _file.Write(lines);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>Hands what was appended to the system.</summary>
    public void Flush() => _file?.Flush();

    public void Dispose() => Close();

    private FileStream Begin()
    {
        Directory.CreateDirectory(folder);
        var files = Directory.GetFiles(folder, Pattern);
        Array.Sort(files, StringComparer.Ordinal);
        for (var i = 0; i <= files.Length - options.MaxFiles; i++) File.Delete(files[i]);
        _begun = time.GetUtcNow();
        var stem = $"served-{_begun.UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture)}";
        var newest = files.Length == 0 ? "" : Path.GetFileNameWithoutExtension(files[^1]);
        return new FileStream(
            Path.Combine(folder, NameBehind(newest, stem)), FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
    }

    // Names only go up, whatever the clock does.
    private static string NameBehind(string newest, string stem)
    {
        var at = newest.LastIndexOf('-');
        if (at < stem.Length || string.CompareOrdinal(newest[..at], stem) < 0) return $"{stem}-000000.log";
        _ = long.TryParse(newest.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return string.Create(CultureInfo.InvariantCulture, $"{newest[..at]}-{number + 1:d6}.log");
    }

    private void Close()
    {
        try
        {
            _file?.Dispose();
        }
        finally
        {
            _file = null;
        }
    }
}
