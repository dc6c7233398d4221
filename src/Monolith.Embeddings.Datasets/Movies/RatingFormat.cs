using Monolith.Embeddings.Datasets.Lines;

namespace Monolith.Embeddings.Datasets.Movies;

/// <summary>user::movie::rating::timestamp.</summary>
internal sealed class RatingFormat(float maxRating) : LineFormat<RatingEvent>
{
    private const string Separator = "::";

    public override string Expected => $"user::movie::rating::timestamp with a rating from 0 to {maxRating} and the time in Unix seconds";

    public override string? Parse(ReadOnlySpan<char> line, out RatingEvent record)
    {
        record = default;
        Span<Range> fields = stackalloc Range[5];
        var count = line.Split(fields, Separator);
        if (count > 4) return $"the line has more than 4 fields separated by '{Separator}'";
        if (count < 4) return $"the line has {count} fields separated by '{Separator}', not 4";
        long item = 0, seconds = 0;
        var rating = 0f;
        var problem = NumberField.ReadId(line[fields[0]], "the user", out var user)
            ?? NumberField.ReadId(line[fields[1]], "the movie", out item)
            ?? NumberField.ReadRating(line[fields[2]], maxRating, out rating)
            ?? NumberField.ReadSeconds(line[fields[3]], "the timestamp", out seconds);
        if (problem is not null) return problem;
        record = new RatingEvent { User = user, Item = item, Rating = rating, Time = DateTimeOffset.FromUnixTimeSeconds(seconds) };
        return null;
    }
}
