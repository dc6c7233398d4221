using Monolith.Embeddings.Datasets;

namespace SequenceQuality.Films;

/// <summary>Each user's films in the order of their ratings, of MovieLens in either of its forms.</summary>
internal static class FilmLog
{
    private static readonly string[] CsvNames = ["ratings.csv", "ratings.csv.gz"], ClassicNames = ["ratings.dat", "ratings.dat.gz"];

    /// <summary>Whether a folder holds ratings of MovieLens.</summary>
    public static bool IsIn(string folder) => Find(folder, CsvNames) is not null || Find(folder, ClassicNames) is not null;

    /// <summary>Reads the films of each user, ratings of one second in the order of the file.</summary>
    public static long[][] Read(string folder)
    {
        var ratings = Find(folder, CsvNames) is { } csv
            ? MovieLensCsvReader.ReadRatings(csv)
            : MovieLensReader.ReadRatings(Find(folder, ClassicNames)!);
        return
        [
            .. ratings.GroupBy(rating => rating.User).OrderBy(user => user.Key)
                .Select(user => user.OrderBy(rating => rating.Time).Select(rating => rating.Item).ToArray()),
        ];
    }

    private static string? Find(string folder, string[] names) =>
        names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
