using System.Globalization;
using Monolith.Embeddings.Datasets.Lines;

namespace Monolith.Embeddings.Datasets.Csv;

/// <summary>Times of a file: invariant culture, UTC unless they say otherwise. Each returns what is wrong, or null.</summary>
internal static class TimeField
{
    private static readonly string[] Iso8601 =
    [
        "yyyy'-'MM'-'dd'T'HH':'mm':'ss.FFFFFFFK", "yyyy'-'MM'-'dd' 'HH':'mm':'ss.FFFFFFFK", "yyyy'-'MM'-'dd'T'HH':'mmK",
        "yyyy'-'MM'-'dd' 'HH':'mmK", "yyyy'-'MM'-'dd",
    ];

    public static string? Read(ReadOnlySpan<char> text, string name, string? format, out DateTimeOffset value)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal;
        var culture = CultureInfo.InvariantCulture;
        var isRead = NumberField.IsPlain(text) & (format is null
            ? DateTimeOffset.TryParseExact(text, Iso8601, culture, Styles, out value)
            : DateTimeOffset.TryParseExact(text, format, culture, Styles, out value));
        if (isRead) return null;
        return $"{name} '{NumberField.Shorten(text)}' is not a time "
            + (format is null ? "as 2026-03-01, 2026-03-01 09:30 or 2026-03-01T09:30:05.25Z" : $"of the form '{format}'");
    }
}
