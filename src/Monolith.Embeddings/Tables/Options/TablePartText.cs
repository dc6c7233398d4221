using System.Text.RegularExpressions;

namespace Monolith.Embeddings.Tables.Options;

/// <summary>
/// Reads what a <see cref="SchemaPart"/> says of a table, so that a message can name the number that differs and not the whole table.
/// </summary>
internal static partial class TablePartText
{
    /// <summary>The differences between two texts of one table; null where one of them is no table's, or was cut.</summary>
    /// <param name="part">The name of the part.</param>
    /// <param name="first">What one schema says.</param>
    /// <param name="second">What the other says.</param>
    /// <param name="words">Puts two values into words, such as <c>16 in the store, 32 here</c>.</param>
    public static IReadOnlyList<string>? Differences(string part, string first, string second, Func<string, string, string> words)
    {
        if (Read(first) is not { } one || Read(second) is not { } other) return null;
        List<string> found = [];
        if (one.IdsCarrySlots != other.IdsCarrySlots) found.Add($"{part}: IdsCarrySlots {words(one.IdsCarrySlots, other.IdsCarrySlots)}");
        var (names, others) = (one.Segments.Select(s => s.Name).ToList(), other.Segments.Select(s => s.Name).ToList());
        if (!names.SequenceEqual(others)) found.Add($"{part}: segments {words(string.Join(", ", names), string.Join(", ", others))}");
        foreach (var segment in one.Segments)
        {
            if (other.Segments.FirstOrDefault(s => s.Name == segment.Name) is not { } same) continue;
            var clauses = Differences(segment, same, words).ToList();
            if (clauses.Count > 0) found.Add($"{part}, segment {segment.Name}: {string.Join(", ", clauses)}");
        }
        return found.Count > 0 ? found : null;
    }

    private static IEnumerable<string> Differences(Segment one, Segment other, Func<string, string, string> words)
    {
        if (one.Dimension != other.Dimension) yield return $"dimension {words(one.Dimension, other.Dimension)}";
        if (one.Optimizer != other.Optimizer) yield return $"optimizer {words(one.Optimizer, other.Optimizer)}";
        if (one.Initializer != other.Initializer) yield return $"initializer {words(one.Initializer, other.Initializer)}";
    }

    private static (string IdsCarrySlots, List<Segment> Segments)? Read(string text)
    {
        var table = Table().Match(text);
        if (!table.Success) return null;
        var segments = new List<Segment>();
        foreach (var one in table.Groups["segments"].Value.Split("; "))
        {
            var segment = OfSegment().Match(one);
            if (!segment.Success) return null;
            segments.Add(new Segment(segment.Groups["name"].Value, segment.Groups["dimension"].Value,
                Plain(segment.Groups["optimizer"].Value), Plain(segment.Groups["initializer"].Value)));
        }
        return (table.Groups["carry"].Value, segments);
    }

    // Files write some parts by the names that their options had first.
    private static string Plain(string name) => name.Replace("InitializerOptions", "", StringComparison.Ordinal)
        .Replace("Options", "", StringComparison.Ordinal);

    [GeneratedRegex(@"^IdsCarrySlots (?<carry>True|False), segments (?<segments>.+)$", RegexOptions.Singleline)]
    private static partial Regex Table();

    [GeneratedRegex(@"^(?<name>'.*') of (?<dimension>\d+), (?<optimizer>.+), (?<initializer>[^,]+)$", RegexOptions.Singleline)]
    private static partial Regex OfSegment();

    private sealed record Segment(string Name, string Dimension, string Optimizer, string Initializer);
}
