using System.Numerics;
using Monolith.Embeddings.Streams.Negatives.Items;

namespace Monolith.Embeddings.Streams.Negatives;

/// <summary>The options that say what a sampler's state means, by name; the others may change between two runs.</summary>
internal static class SamplerTerms
{
    /// <summary>Those of a sampler.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(NegativeSamplerOptions options, int[] columns) =>
    [
        new(nameof(options.Item), options.Item!.Name),
        new(nameof(options.ItemSlots), List(options.ItemSlots.Select(slot => slot.Name))),
        new(nameof(options.ItemDense), List(columns.Select(column => $"{column}"))),
        new(nameof(options.ItemNumbers), List(options.ItemNumbers.Select(number => number.Name))),
        new(nameof(options.User), options.User is { } user && options.Window > 0 ? user.Name : "nothing"),
        new(nameof(options.Window), options.User is null ? "nothing" : $"{options.Window}"),
        new(nameof(options.MaxUsers), options.User is null ? "nothing" : $"{Places(options)}"),
        new(nameof(options.HalfLife), options.HalfLife is { } halfLife ? $"{halfLife}" : "nothing"),
    ];

    /// <summary>For how many users there is room.</summary>
    public static int Places(NegativeSamplerOptions options) => options.User is null || options.Window == 0
        ? 0
        : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(UserWindows.Ways, options.MaxUsers));

    /// <exception cref="InvalidDataException">They differ; says all that do.</exception>
    public static void RequireSame(
        IReadOnlyList<KeyValuePair<string, string>> ofState, IReadOnlyList<KeyValuePair<string, string>> ofSampler)
    {
        var (before, now) = (ofState.ToDictionary(StringComparer.Ordinal), ofSampler.ToDictionary(StringComparer.Ordinal));
        var differences = before.Keys.Union(now.Keys, StringComparer.Ordinal)
            .Select(name => (Name: name, Before: before.GetValueOrDefault(name, "nothing"), Now: now.GetValueOrDefault(name, "nothing")))
            .Where(pair => pair.Before != pair.Now)
            .Select(pair => $"{pair.Name} was {pair.Before} and is {pair.Now}")
            .ToList();
        if (differences.Count == 0) return;
        throw new InvalidDataException(
            $"The commit holds the items of a negative sampler with other options: {string.Join("; ", differences)}. Go on with "
            + "the earlier options; or begin a new store with the new ones, whose tables WarmStart fills from this one.");
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("nothing"));
}
