using Monolith.Embeddings.Datasets.Lines;

namespace Monolith.Embeddings.Datasets.Movies;

/// <summary>
/// id::title (year)::genre|genre. The title may hold the separator, so that the line is cut at its first and its last one.
/// </summary>
internal sealed class MovieFormat : LineFormat<Movie>
{
    private const string Separator = "::";
    private readonly MovieFields _fields = new();

    public override string Expected => "id::title (year)::genre|genre";

    public override string? Parse(ReadOnlySpan<char> line, out Movie record)
    {
        record = null!;
        var first = line.IndexOf(Separator);
        var last = line.LastIndexOf(Separator);
        if (last < first + Separator.Length) return $"the line has fewer than 3 fields separated by '{Separator}'";
        if (NumberField.ReadId(line[..first], "the id", out var id) is { } problem) return problem;
        record = _fields.Read(id, line[(first + Separator.Length)..last], line[(last + Separator.Length)..]);
        return null;
    }
}
