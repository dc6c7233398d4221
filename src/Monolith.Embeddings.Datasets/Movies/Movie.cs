using System.Globalization;

namespace Monolith.Embeddings.Datasets;

/// <summary>A film of a data set. Two are equal if their genres are the same list object, as records compare lists.</summary>
public sealed record Movie
{
    /// <summary>Its id, by which ratings name it.</summary>
    public required long Id { get; init; }

    /// <summary>Its title without the year.</summary>
    public required string Title { get; init; }

    /// <summary>The year that stands after the title in parentheses; 0 where there is none.</summary>
    public required int Year { get; init; }

    /// <summary>Its genres, in the order of the file; may be empty.</summary>
    public required IReadOnlyList<string> Genres { get; init; }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{nameof(Movie)}: {Id}, {Title} ({Year}), {string.Join(", ", Genres)}");
}
