using System.Text;
using Monolith.Embeddings.Streams.Gzip;

namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>The characters of a file, plain or gzip, which its first two bytes tell. Used by one thread.</summary>
internal sealed class TextFile : IDisposable
{
    private const int BufferBytes = 1 << 16;
    private readonly FileStream _file;
    private readonly GzipInput? _packed;
    private readonly TextDecoder _text;

    private TextFile(string path, FileStream file, Encoding? encoding)
    {
        _file = file;
        if (IsGzip(file)) _packed = new GzipInput(path, file);
        _text = new TextDecoder((Stream?)_packed ?? file, encoding);
    }

    /// <summary>Whether bytes were met that did not decode.</summary>
    public bool HasUndecoded => _text.HasUndecoded;

    /// <summary>The name of the encoding, once reading has begun.</summary>
    public string EncodingName => _text.EncodingName;

    public static TextFile Open(string path, Encoding? encoding = null)
    {
        RequireExists(path);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
        try
        {
            return new TextFile(path, file, encoding);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public static void RequireExists(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"The file '{path}' does not exist.", path);
    }

    /// <summary>Fills the buffer; fewer characters are the end of the file.</summary>
    /// <exception cref="InvalidDataException">The file is gzip, and damaged or cut short.</exception>
    public int Read(Span<char> buffer) => _text.Read(buffer);

    public void Dispose()
    {
        _packed?.Dispose();
        _file.Dispose();
    }

    private static bool IsGzip(FileStream file)
    {
        if (!file.CanSeek)
        {
            throw new IOException($"'{file.Name}' is a pipe or a device, which can be read once. A reader opens its file at each reading: "
                + "write it to a file first.");
        }
        Span<byte> magic = stackalloc byte[2];
        var count = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return count == magic.Length && magic.SequenceEqual(GzipHeader.Magic);
    }
}
