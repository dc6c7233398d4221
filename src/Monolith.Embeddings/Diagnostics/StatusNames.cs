using System.Diagnostics.Metrics;
using System.Text;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>A status as a metric: 1 for the value that holds, and 0 for each other.</summary>
/// <typeparam name="TStatus">The status, whose values are 0, 1, 2 and so on.</typeparam>
internal static class StatusNames<TStatus>
    where TStatus : struct, Enum
{
    // By their values.
    private static readonly string[] Names = [.. Enum.GetValues<TStatus>().Select(status => InWords(status.ToString()))];

    /// <summary>The measurements of a part.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="part">What tells it from other parts.</param>
    public static IEnumerable<Measurement<long>> Measure(TStatus status, KeyValuePair<string, object?> part)
    {
        var held = InWords(status.ToString());
        return Names.Select(name => new Measurement<long>(
            name == held ? 1 : 0, part, KeyValuePair.Create(InstrumentTags.Status, (object?)name)));
    }

    private static string InWords(string name)
    {
        var words = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && words.Length > 0) words.Append('_');
            words.Append(char.ToLowerInvariant(letter));
        }
        return words.ToString();
    }
}
