using System.Buffers;
using System.Text.Unicode;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Datasets.Csv;

/// <summary>The rows of a CSV file in UTF-8, as a log reads them.</summary>
internal sealed class CsvRecordFormat<TRecord>(CsvFormat<TRecord> format, CsvFrame<byte>? frame) : FileRecordFormat<TRecord>
{
    private char[] _chars = new char[256];
    private string? _problem;

    public override bool HasHeader => format.HasHeader;

    public override void ReadHeader(ReadOnlySpan<byte> header)
    {
        if ((_problem ?? Decode(header, out var text) ?? format.ReadHeader(text)) is { } problem)
            throw new FormatException($"{problem}. Every line depends on the header: name the columns that the file has.");
        if (frame is not null) frame.FieldCount = format.FieldCount;
    }

    public override int FindEnd(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        if (frame is null) return base.FindEnd(bytes, isFinal);
        var end = frame.Find(bytes, isFinal);
        _problem = end.Problem;
        return end.Length;
    }

    public override TRecord Parse(ReadOnlyMemory<byte> record)
    {
        var value = default(TRecord)!;
        var problem = _problem ?? Decode(record.Span, out var text) ?? format.Parse(text, out value);
        return problem is null ? value : throw new FormatException($"{problem}.");
    }

    private string? Decode(ReadOnlySpan<byte> bytes, out ReadOnlySpan<char> text)
    {
        if (_chars.Length < bytes.Length) _chars = new char[bytes.Length];
        var status = Utf8.ToUtf16(bytes, _chars, out var read, out var written, replaceInvalidSequences: false);
        text = _chars.AsSpan(0, written);
        return status == OperationStatus.Done ? null : $"behind {read} bytes, bytes follow that are not UTF-8";
    }
}
