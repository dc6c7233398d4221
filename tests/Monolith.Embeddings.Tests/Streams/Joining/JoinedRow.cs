namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>An example as text, so that what differs is seen.</summary>
internal static class JoinedRow
{
    public static string Of(long id, IEnumerable<float> labels, IEnumerable<float> delays, bool isLate) =>
        FormattableString.Invariant($"{id}: {Text(labels)} after {Text(delays)}{(isLate ? " late" : "")}");

    private static string Text(IEnumerable<float> numbers) =>
        string.Join(", ", numbers.Select(number => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));
}
