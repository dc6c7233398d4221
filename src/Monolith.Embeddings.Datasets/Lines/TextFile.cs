using System.IO.Compression;
using System.Text;

namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>
/// The characters of a UTF-8 file, plain or gzip, which its first two bytes tell. Bytes that are not UTF-8 are read as U+FFFD. Used by one
/// thread.
/// </summary>
internal sealed class TextFile : IDisposable
{
    private const int BufferBytes = 1 << 16;
    private static readonly UTF8Encoding Utf8 = new();
    private readonly string _path;
    private readonly GzipInput? _packed;
    private readonly GZipStream? _gzip;
    private readonly StreamReader _text;

    private TextFile(string path, FileStream file)
    {
        _path = path;
        if (IsGzip(file))
        {
            _packed = new GzipInput(file);
            _gzip = new GZipStream(_packed, CompressionMode.Decompress);
        }
        File = file;
        _text = new StreamReader((Stream?)_gzip ?? file, Utf8, detectEncodingFromByteOrderMarks: true, BufferBytes);
    }

    private FileStream File { get; }

    public static TextFile Open(string path)
    {
        if (!System.IO.File.Exists(path)) throw new FileNotFoundException($"The file '{path}' does not exist.", path);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
        try
        {
            return new TextFile(path, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Fills the buffer; fewer characters are the end of the file.</summary>
    public int Read(Span<char> buffer)
    {
        var count = ReadText(buffer);
        if (count == buffer.Length || _packed is null || _packed.IsWhole(_gzip!)) return count;
        throw new InvalidDataException($"The gzip file '{_path}' ends too early: it was cut short, or other bytes follow. Fetch it again.");
    }

    public void Dispose()
    {
        _text.Dispose();
        File.Dispose();
    }

    private int ReadText(Span<char> buffer)
    {
        try
        {
            return _text.ReadBlock(buffer);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"The gzip file '{_path}' is damaged: {exception.Message} Fetch it again.", exception);
        }
    }

    private static bool IsGzip(FileStream file)
    {
        if (!file.CanSeek)
            throw new IOException($"'{file.Name}' is a pipe or a device, which can be read once. A reader opens its file anew at each reading: write it to a file first.");
        Span<byte> magic = stackalloc byte[2];
        var count = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return count == magic.Length && magic is [0x1F, 0x8B];
    }
}
