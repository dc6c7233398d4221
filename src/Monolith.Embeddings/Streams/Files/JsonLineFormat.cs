using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Monolith.Embeddings.Streams.Files;

/// <summary>A line is a value of JSON.</summary>
internal sealed class JsonLineFormat<TRecord>(JsonTypeInfo<TRecord> type) : FileRecordFormat<TRecord>
{
    public override bool IsBlank(ReadOnlySpan<byte> record) => !record.ContainsAnyExcept(" \t\r"u8);

    public override TRecord Parse(ReadOnlyMemory<byte> record)
    {
        try
        {
            return JsonSerializer.Deserialize(record.Span, type) is { } value
                ? value
                : throw new FormatException($"the line is null, and no {typeof(TRecord).Name}.");
        }
        catch (JsonException error)
        {
            throw new FormatException(
                $"the line is no JSON of a {typeof(TRecord).Name}, at its byte {error.BytePositionInLine ?? 0}: {Reason(error)}", error);
        }
    }

    // Behind the reason stand the path and the number of the line, which is always 0.
    private static string Reason(JsonException error)
    {
        var path = error.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        var line = error.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        var end = path >= 0 ? path : line;
        var reason = end < 0 ? error.Message : error.Message[..end];
        return string.IsNullOrEmpty(error.Path) ? reason : $"{reason} (at {error.Path})";
    }
}
