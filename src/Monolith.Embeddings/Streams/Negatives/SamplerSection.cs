using Monolith.Embeddings.Streams.Negatives.Items;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.Negatives;

/// <summary>What a state says of a sampler beside its segments. Immutable.</summary>
/// <param name="Terms">The options that it is of.</param>
/// <param name="Frontier">The numbers.</param>
/// <param name="Request">The items of the last request.</param>
/// <param name="Named">How many pieces were ever given a name.</param>
/// <param name="Pieces">The segments' names and lengths, in order.</param>
internal sealed record SamplerSection(
    IReadOnlyList<KeyValuePair<string, string>> Terms, SamplerFrontier Frontier, IReadOnlyList<long> Request, long Named,
    IReadOnlyList<(string Name, long Length)> Pieces)
{
    private const int FirstVersion = 1, Version = 2, MaxText = 1 << 16, MostTerms = 256;

    public byte[] Save()
    {
        var fields = new FieldWriter();
        fields.Int32(Version);
        fields.List(Terms, static (to, term) =>
        {
            to.Text(term.Key, MaxText);
            to.Text(term.Value, MaxText);
        });
        WriteFrontier(fields, Frontier);
        fields.List(Request, static (to, item) => to.Int64(item));
        fields.Int64(Named);
        fields.List(Pieces, static (to, piece) =>
        {
            to.Text(piece.Name, MaxText);
            to.Int64(piece.Length);
        });
        fields.Int64(Frontier.ForgottenUpTo);
        return fields.Written.ToArray();
    }

    /// <exception cref="InvalidDataException">These are not the bytes of a sampler, or of a version that is not known.</exception>
    public static SamplerSection Load(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var fields = new FieldReader(bytes.Span);
            var version = fields.Int32();
            if (version is not (FirstVersion or Version))
                throw new FormatException($"It is of version {version}; known is up to {Version}.");
            var terms = fields.List(MostTerms, "options", static (ref FieldReader from) =>
                new KeyValuePair<string, string>(from.Text(MaxText), from.Text(MaxText)));
            var frontier = ReadFrontier(ref fields);
            var request = fields.List(SamplerArrays.MostRequestItems, "items", static (ref FieldReader from) => from.Int64());
            var named = fields.Int64();
            var pieces = fields.List(StoredLimits.LivingSegments, "segments", static (ref FieldReader from) =>
                (from.Text(MaxText), from.Int64()));
            frontier.ForgottenUpTo = version < Version ? 0 : fields.Int64();
            fields.End();
            return new SamplerSection(terms, frontier with { RequestItems = request.Count }, request, named, pieces);
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"The state of the negative sampler cannot be read. {exception.Message}", exception);
        }
    }

    private static void WriteFrontier(FieldWriter fields, in SamplerFrontier frontier)
    {
        fields.Int32(frontier.Items);
        fields.Int32(frontier.Blocks);
        fields.Int32(frontier.FreeBlock);
        fields.Int32(frontier.Oldest);
        fields.Int32(frontier.Newest);
        fields.Int64(frontier.Request);
        fields.Int64(frontier.Clock);
        fields.Int64(frontier.Landmark);
        var counts = frontier.Counts;
        fields.Int64(counts.Positives);
        fields.Int64(counts.Negatives);
        fields.Int64(counts.Missing);
        fields.Int64(counts.Rejections);
        fields.Int64(counts.Others);
        fields.Int64(counts.Labelled);
        fields.Int64(counts.WithoutItem);
        fields.Int64(counts.Evicted);
        fields.Int64(counts.Expired);
    }

    private static SamplerFrontier ReadFrontier(ref FieldReader fields) => new()
    {
        Items = fields.Int32(),
        Blocks = fields.Int32(),
        FreeBlock = fields.Int32(),
        Oldest = fields.Int32(),
        Newest = fields.Int32(),
        Request = fields.Int64(),
        Clock = fields.Int64(),
        Landmark = fields.Int64(),
        Counts = new()
        {
            Positives = fields.Int64(),
            Negatives = fields.Int64(),
            Missing = fields.Int64(),
            Rejections = fields.Int64(),
            Others = fields.Int64(),
            Labelled = fields.Int64(),
            WithoutItem = fields.Int64(),
            Evicted = fields.Int64(),
            Expired = fields.Int64(),
        },
    };
}
