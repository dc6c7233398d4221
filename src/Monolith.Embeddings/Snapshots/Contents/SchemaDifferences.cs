using Monolith.Embeddings.Tables.Options;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>Says what differs between two schemas, old and new, for messages.</summary>
internal static class SchemaDifferences
{
    private const int MostShown = 8;

    /// <summary>The differences as one text.</summary>
    /// <param name="saved">What a file says; null where it says nothing.</param>
    /// <param name="now">What the program has now.</param>
    /// <param name="counts">Which parts count.</param>
    /// <returns>A clause for each part; null where nothing is known to differ.</returns>
    public static string? Of(IReadOnlyList<SchemaPart>? saved, IReadOnlyList<SchemaPart> now, Predicate<SchemaPart> counts)
    {
        if (saved is null) return null;
        var changed = saved.Where(part => counts(part) && !now.Contains(part)).Select(part => Changed(part, now));
        var added = now.Where(part => counts(part) && saved.All(other => other.Name != part.Name));
        var clauses = changed.Concat(added.Select(part => $"{part.Name} is new: {part.Value}")).ToList();
        if (clauses.Count == 0) return null;
        var more = clauses.Count > MostShown ? $"; and {clauses.Count - MostShown} more" : "";
        return string.Join("; ", clauses.Take(MostShown)) + more;
    }

    private static string Changed(SchemaPart saved, IReadOnlyList<SchemaPart> now)
    {
        var same = now.FirstOrDefault(part => part.Name == saved.Name);
        return same is null ? $"{saved.Name} is gone, it was: {saved.Value}" : $"{saved.Name} was: {saved.Value}, and is now: {same.Value}";
    }
}
