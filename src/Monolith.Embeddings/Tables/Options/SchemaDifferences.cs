namespace Monolith.Embeddings.Tables.Options;

/// <summary>Says what differs between two schemas, for messages.</summary>
internal static class SchemaDifferences
{
    private const int MostShown = 8;

    /// <summary>The differences between what was saved and what the program has now, as one text.</summary>
    /// <param name="saved">What a file says; null where it says nothing.</param>
    /// <param name="now">What the program has now.</param>
    /// <param name="counts">Which parts count.</param>
    /// <returns>A clause for each part; null where nothing is known to differ.</returns>
    public static string? Of(IReadOnlyList<SchemaPart>? saved, IReadOnlyList<SchemaPart> now, Predicate<SchemaPart> counts)
    {
        if (saved is null) return null;
        var changed = saved.Where(part => counts(part) && !now.Contains(part)).SelectMany(part => Changed(part, Same(part, now)));
        var added = now.Where(part => counts(part) && Same(part, saved) is null);
        return Joined([.. changed, .. added.Select(part => $"{part.Name} is new: {part.Value}")]);
    }

    /// <summary>The differences between two schemas of the program that should be the same.</summary>
    /// <param name="first">A schema.</param>
    /// <param name="ofFirst">Whose it is, such as <c>the batch's</c>.</param>
    /// <param name="second">Another one.</param>
    /// <param name="ofSecond">Whose that is.</param>
    public static string Between(TableSchema first, string ofFirst, TableSchema second, string ofSecond)
    {
        var (parts, others) = (first.Describe().FindAll(Counts), second.Describe().FindAll(Counts));
        var changed = parts.Where(part => !others.Contains(part)).SelectMany(part => Between(part, ofFirst, Same(part, others), ofSecond));
        var added = others.Where(part => Same(part, parts) is null).Select(part => $"{part.Name} is in {ofSecond} alone");
        return Joined([.. changed, .. added]) ?? "one has slots and tasks, the other has tables alone";
    }

    private static bool Counts(SchemaPart part) => part.IsOfFingerprint;

    private static SchemaPart? Same(SchemaPart part, IReadOnlyList<SchemaPart> others) => others.FirstOrDefault(o => o.Name == part.Name);

    private static string? Joined(List<string> clauses)
    {
        if (clauses.Count == 0) return null;
        var more = clauses.Count > MostShown ? $"; and {clauses.Count - MostShown} more" : "";
        return string.Join("; ", clauses.Take(MostShown)) + more;
    }

    private static IReadOnlyList<string> Changed(SchemaPart saved, SchemaPart? now)
    {
        if (now is null) return [$"{saved.Name} is gone, it was: {saved.Value}"];
        return TablePartText.Differences(saved.Name, saved.Value, now.Value, (was, here) => $"{was} in the store, {here} here")
            ?? [$"{saved.Name} was: {saved.Value}, and is now: {now.Value}"];
    }

    private static IReadOnlyList<string> Between(SchemaPart part, string of, SchemaPart? other, string ofOther)
    {
        if (other is null) return [$"{part.Name} is in {of} alone"];
        return TablePartText.Differences(part.Name, part.Value, other.Value, (one, another) => $"{one} in {of}, {another} in {ofOther}")
            ?? [$"{part.Name} is {part.Value} in {of}, and {other.Value} in {ofOther}"];
    }
}
