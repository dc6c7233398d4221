using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;

namespace PositiveOnly.NewItems;

/// <summary>Logs whose items have a kind, or something near it.</summary>
internal static class KindLogs
{
    /// <summary>
    /// An online shop: by the number in the stock code (85123A and 85123B are one kind), or by the last word of the description that an
    /// item had first.
    /// </summary>
    public static KindLog[] Retail(string folder)
    {
        string[] columns = ["StockCode", "Description"];
        var reader = new CsvReader<(string Code, string Text)>(
            [.. columns.Select(CsvColumn.FromName)], row => (row[0].ToString(), row[1].ToString()));
        var (stems, words) = (new Dictionary<long, long>(), new Dictionary<long, long>());
        foreach (var (code, text) in reader.Read(Path.Combine(folder, RetailLog.FileName)))
        {
            var item = FeatureId.OfText(code);
            stems.TryAdd(item, FeatureId.OfText(code.TrimEnd([.. "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"])));
            var word = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
            if (word is not null) words.TryAdd(item, FeatureId.OfText(word));
        }
        foreach (var item in stems.Keys) words.TryAdd(item, FeatureId.OfText(""));
        var choices = RetailLog.Read(folder);
        return [new("number of the stock code", choices, stems), new("last word of the description", choices, words)];
    }

    /// <summary>Films that were rated, each rating a choice: by all genres together, or by the first one.</summary>
    public static KindLog[] Movies(string folder)
    {
        var movies = MovieTweetingsReader.ReadMovies(FileOf(folder, "movies_*")).ToArray();
        Choice[] choices =
        [
            .. MovieTweetingsReader.ReadRatings(FileOf(folder, "ratings_*")).OrderBy(rating => rating.Time)
                .Select(rating => new Choice(rating.User, rating.Item, rating.Time)),
        ];
        return [Of("all genres", genres => string.Join('|', genres)), Of("first genre", genres => genres.FirstOrDefault() ?? "")];

        KindLog Of(string name, Func<IEnumerable<string>, string> kindOf)
        {
            var kinds = choices.Select(choice => choice.Item).Distinct().ToDictionary(item => item, _ => FeatureId.OfText(""));
            foreach (var movie in movies) kinds[movie.Id] = FeatureId.OfText(kindOf(movie.Genres));
            return new KindLog(name, choices, kinds);
        }
    }

    /// <summary>Whether a folder has films.</summary>
    public static bool HasMovies(string folder) => Directory.GetFiles(folder, "movies_*").Length > 0;

    private static string FileOf(string folder, string pattern) => Directory.GetFiles(folder, pattern).Single();
}
