namespace PositiveOnly.NewItems;

/// <summary>Choices, and of which kind each item is.</summary>
/// <param name="Name">What the kinds are.</param>
/// <param name="Choices">In the order of time.</param>
/// <param name="Kinds">The kind of each item.</param>
internal sealed record KindLog(string Name, Choice[] Choices, IReadOnlyDictionary<long, long> Kinds);
