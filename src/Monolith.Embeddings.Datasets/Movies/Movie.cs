using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Datasets;

/// <summary>A film of a data set. Two are equal if their genres are the same list object, as records compare lists.</summary>
/// <param name="Id">Its id, by which ratings name it.</param>
/// <param name="Title">Its title without the year.</param>
/// <param name="Year">The year that stands after the title in parentheses; 0 where there is none.</param>
/// <param name="Genres">Its genres, in the order of the file; may be empty.</param>
public sealed record Movie(long Id, string Title, int Year, IReadOnlyList<string> Genres)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(Movie), PrintMembers);
}
