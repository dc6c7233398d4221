using System.Buffers;
using System.Globalization;

namespace Monolith.Embeddings.Streams.Files;

/// <summary>
/// The name that rotation gives to a file: a counter or a date after the whole name ("clicks.jsonl.1", "clicks.jsonl-20260301"), or
/// before its extension ("clicks-2026-03-01.jsonl"). Up to four digits alone are a counter, of which the largest is the oldest; anything
/// longer is a date, of which the largest is the newest.
/// </summary>
internal readonly record struct RotatedName(NamedFile File, int? Counter, string Date) : IComparable<RotatedName>
{
    private const int MostCounterDigits = 4;
    private static readonly SearchValues<char> Marks = SearchValues.Create("0123456789.-_:TZ");

    /// <summary>Reads a name; null where it is none of a rotated file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="live">The name of the file that is written to.</param>
    public static RotatedName? Of(NamedFile file, string live)
    {
        var mark = MarkOf(file.Key, live, "") ?? MarkOf(file.Key, Path.GetFileNameWithoutExtension(live), Path.GetExtension(live));
        if (mark is null) return null;
        return mark.Length <= MostCounterDigits && int.TryParse(mark, NumberStyles.None, CultureInfo.InvariantCulture, out var counter)
            ? new RotatedName(file, counter, "")
            : new RotatedName(file, null, mark);
    }

    /// <summary>From the oldest: dates upwards, then counters downwards.</summary>
    public int CompareTo(RotatedName other)
    {
        if (Counter is null != other.Counter is null) return Counter is null ? -1 : 1;
        return Counter is { } counter
            ? other.Counter!.Value.CompareTo(counter)
            : NaturalOrder.Instance.Compare(Date, other.Date);
    }

    private static string? MarkOf(string name, string stem, string extension)
    {
        if (stem.Length == 0 || name.Length < stem.Length + extension.Length + 2) return null;
        if (!name.StartsWith(stem, StringComparison.Ordinal) || !name.EndsWith(extension, StringComparison.Ordinal)) return null;
        var mark = name.AsSpan()[stem.Length..^extension.Length];
        if (mark[0] is not ('.' or '-' or '_') || mark.ContainsAnyExcept(Marks) || !mark.ContainsAnyInRange('0', '9')) return null;
        return mark[1..].ToString();
    }
}
