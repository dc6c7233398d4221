namespace Monolith.Embeddings.Streams.Joining.Journal;

/// <summary>
/// The options that say what a joiner's state means, by name: a state is of those that it was made with. Windows, for example: an
/// impression that the state says is closed would be open by a longer one, and come a second time. Immutable.
/// </summary>
/// <param name="Values">Names and texts of values, in an order of their own.</param>
internal sealed record JoinTerms(IReadOnlyList<KeyValuePair<string, string>> Values)
{
    /// <summary>The name of the term that lists the joined tasks, and what stands between these.</summary>
    public const string Tasks = "Tasks", Separator = ", ";

    /// <summary>Requires the terms of a state to be these.</summary>
    /// <exception cref="InvalidDataException">They differ; says all that do.</exception>
    public void RequireSame(JoinTerms ofState)
    {
        var before = ofState.Values.ToDictionary(StringComparer.Ordinal);
        var now = Values.ToDictionary(StringComparer.Ordinal);
        var differences = before.Keys.Union(now.Keys, StringComparer.Ordinal)
            .Select(name => (Name: name, Before: before.GetValueOrDefault(name, "nothing"), Now: now.GetValueOrDefault(name, "nothing")))
            .Where(pair => pair.Before != pair.Now)
            .Select(pair => $"{pair.Name} was {pair.Before} and is {pair.Now}")
            .ToList();
        if (differences.Count == 0) return;
        throw new InvalidDataException(
            $"The commit holds the open and remembered impressions of a joiner with other options: {string.Join("; ", differences)}. Under "
            + "these, impressions would be lost or trained twice. Go on with the earlier options; or begin a new store with the new "
            + "ones, whose tables WarmStart fills from this one.");
    }
}
