using Monolith.Embeddings.Datasets;
using OnlineTraining.Data;
using Samples.Common;

namespace Parity;

/// <summary>The events to learn from.</summary>
internal static class ParityData
{
    private const string Variable = "MONOLITH_DATA";
    private const float PositiveFrom = 8;

    public static Dataset Synthetic(ParitySettings settings) => new SyntheticDataset(settings.Events, settings.Seed);

    /// <summary>The first events in time.</summary>
    public static Dataset MovieTweetings(string? folder, ParitySettings settings)
    {
        var root = Environment.GetEnvironmentVariable(Variable);
        folder ??= root is null ? null : Path.Combine(root, "movietweetings");
        if (folder is null)
            throw new UsageException($"Name the folder of MovieTweetings by --data or {Variable}, or learn from --synthetic.");
        var ratings = MovieTweetingsReader.ReadRatings(Find(folder, "ratings")).OrderBy(rating => rating.Time).Take(settings.Events);
        return new RatingsDataset("MovieTweetings", ratings, MovieTweetingsReader.ReadMovies(Find(folder, "movies")), PositiveFrom);
    }

    private static string Find(string folder, string stem)
    {
        var files = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, stem + "*").Order(StringComparer.Ordinal)
            : Enumerable.Empty<string>();
        return files.FirstOrDefault() ?? throw new UsageException($"There is no file {stem}* in {folder}; --synthetic needs no files.");
    }
}
