using System.Globalization;
using Monolith.Embeddings.Datasets.Lines;

namespace Monolith.Embeddings.Datasets.Movies;

/// <summary>The title with a year, and the genres, which all of the film data sets write alike. Keeps each genre's text once.</summary>
internal sealed class MovieFields
{
    private const string NoGenres = "(no genres listed)";
    private readonly HashSet<string> _genres = [];

    public Movie Read(long id, ReadOnlySpan<char> titleAndYear, ReadOnlySpan<char> genres)
    {
        var title = titleAndYear.Trim();
        var year = 0;
        if (title.Length >= 6 && title[^6] == '(' && title[^1] == ')'
            && NumberField.IsPlain(title[..^1]) && int.TryParse(title[^5..^1], NumberStyles.None, CultureInfo.InvariantCulture, out year))
        {
            title = title[..^6].TrimEnd();
        }
        return new Movie { Id = id, Title = title.ToString(), Year = year, Genres = ReadGenres(genres.Trim()) };
    }

    private string[] ReadGenres(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.SequenceEqual(NoGenres)) return [];
        var genres = new string[text.Count('|') + 1];
        var count = 0;
        foreach (var range in text.Split('|')) genres[count++] = Shared(text[range]);
        return genres;
    }

    private string Shared(ReadOnlySpan<char> genre)
    {
        var known = _genres.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(genre, out var text)) return text;
        text = genre.ToString();
        _genres.Add(text);
        return text;
    }
}
