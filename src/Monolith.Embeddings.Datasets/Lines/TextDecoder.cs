using System.Text;

namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>
/// The characters of a stream of bytes. A byte order mark decides the encoding, else the caller does, else it is UTF-8. Bytes that do not
/// decode become <see cref="UndecodedBytes.Mark"/>. Used by one thread.
/// </summary>
internal sealed class TextDecoder(Stream bytes, Encoding? encoding)
{
    private const int BufferLength = 1 << 16;
    private readonly UndecodedBytes _undecoded = new();
    private readonly byte[] _bytes = new byte[BufferLength];
    private readonly char[] _chars = new char[BufferLength];
    private int _byteStart, _byteEnd, _charStart, _charEnd;
    private Decoder? _decoder;
    private bool _atEnd, _isFlushed;

    /// <summary>Whether bytes were met that did not decode.</summary>
    public bool HasUndecoded => _undecoded.WereMet;

    /// <summary>The name of the encoding, once reading has begun.</summary>
    public string EncodingName { get; private set; } = "";

    /// <summary>Fills the buffer; fewer characters are the end of the stream.</summary>
    public int Read(Span<char> buffer)
    {
        _decoder ??= Begin();
        var count = 0;
        while (count < buffer.Length)
        {
            if (_charStart == _charEnd && !Decode()) break;
            var chars = _chars.AsSpan(_charStart, Math.Min(_charEnd - _charStart, buffer.Length - count));
            chars.CopyTo(buffer[count..]);
            count += chars.Length;
            _charStart += chars.Length;
        }
        return count;
    }

    /// <summary>Decodes some characters more; false at the end.</summary>
    private bool Decode()
    {
        _charStart = _charEnd = 0;
        while (_charEnd == 0 && !_isFlushed)
        {
            if (_byteStart == _byteEnd) Fill();
            _decoder!.Convert(_bytes.AsSpan(_byteStart, _byteEnd - _byteStart), _chars, _atEnd, out var used, out _charEnd, out var isAll);
            _byteStart += used;
            _isFlushed = _atEnd && isAll;
        }
        return _charEnd > 0;
    }

    private void Fill()
    {
        _byteStart = 0;
        _byteEnd = _atEnd ? 0 : bytes.Read(_bytes);
        _atEnd = _byteEnd == 0;
    }

    private Decoder Begin()
    {
        _byteEnd = bytes.ReadAtLeast(_bytes, 4, throwOnEndOfStream: false);
        var marked = Marked(_bytes.AsSpan(0, _byteEnd));
        _byteStart = marked?.Preamble.Length ?? 0;
        var chosen = (Encoding)(marked ?? encoding ?? Encoding.UTF8).Clone();
        chosen.DecoderFallback = _undecoded;
        EncodingName = chosen.WebName;
        return chosen.GetDecoder();
    }

    private static Encoding? Marked(ReadOnlySpan<byte> start) => start switch
    {
        [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8,
        [0xFF, 0xFE, 0, 0, ..] => Encoding.UTF32,
        [0, 0, 0xFE, 0xFF, ..] => new UTF32Encoding(bigEndian: true, byteOrderMark: true),
        [0xFF, 0xFE, ..] => Encoding.Unicode,
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
        _ => null,
    };
}
