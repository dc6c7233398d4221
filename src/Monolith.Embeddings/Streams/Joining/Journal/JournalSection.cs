using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.Joining.Journal;

/// <summary>What a state says of a journal beside its segments. Immutable.</summary>
/// <param name="Terms">The options that it is of.</param>
/// <param name="Mark">Where the joiner was.</param>
/// <param name="Named">How many pieces were ever given a name.</param>
/// <param name="Pieces">The segments' names and places, in order.</param>
internal sealed record JournalSection(
    JoinTerms Terms, JoinMark Mark, long Named, IReadOnlyList<(string Name, long From, long To)> Pieces)
{
    private const int FirstVersion = 1, VersionWithDecisions = 2, Version = 3, MaxText = 1024, MostTerms = 256;

    /// <summary>Up to which generation of the list of forgotten ids no impression of theirs is in it.</summary>
    public long ForgottenUpTo { get; init; }

    /// <summary>The names and places of pieces.</summary>
    public static IReadOnlyList<(string Name, long From, long To)> NamesOf(IEnumerable<JournalPiece> pieces) =>
        [.. pieces.Select(piece => (piece.Segment.Name, piece.From, piece.To))];

    public byte[] Save()
    {
        var fields = new FieldWriter();
        fields.Int32(Version);
        fields.List(Terms.Values, static (to, term) =>
        {
            to.Text(term.Key, MaxText);
            to.Text(term.Value, MaxText);
        });
        fields.Int64(Mark.Frontier.Time);
        fields.Int32(Mark.Frontier.Emitted);
        fields.Int64(Mark.JournalStart);
        fields.Int64(Mark.JournalEnd);
        Mark.Counts.Write(fields);
        Mark.Decisions.Write(fields);
        fields.Int64(Named);
        fields.List(Pieces, static (to, piece) =>
        {
            to.Text(piece.Name, MaxText);
            to.Int64(piece.From);
            to.Int64(piece.To);
        });
        fields.Int32(Mark.Frontier.Forgotten);
        fields.Int64(Mark.Counts.Forgotten);
        fields.Int64(ForgottenUpTo);
        return fields.Written.ToArray();
    }

    /// <exception cref="InvalidDataException">These are not the bytes of a journal, or of a version that is not known.</exception>
    public static JournalSection Load(ReadOnlyMemory<byte> bytes, StreamPosition position)
    {
        try
        {
            var fields = new FieldReader(bytes.Span);
            var version = fields.Int32();
            if (version is < FirstVersion or > Version)
                throw new FormatException($"It is of version {version}; known is up to {Version}.");
            var terms = fields.List(MostTerms, "options", static (ref FieldReader from) =>
                new KeyValuePair<string, string>(from.Text(MaxText), from.Text(MaxText)));
            var frontier = new JoinFrontier(fields.Int64(), fields.Int32());
            var mark = new JoinMark(
                position, frontier, fields.Int64(), fields.Int64(), JoinCounts.Read(ref fields),
                version < VersionWithDecisions ? JoinDecisions.None : JoinDecisions.Read(ref fields));
            var named = fields.Int64();
            var pieces = fields.List(StoredLimits.LivingSegments, "segments", static (ref FieldReader from) =>
                (from.Text(MaxText), from.Int64(), from.Int64()));
            var (taken, dropped, upTo) = version < Version ? default : (fields.Int32(), fields.Int64(), fields.Int64());
            fields.End();
            if (taken < 0 || taken > frontier.Emitted) throw new FormatException($"Of {frontier.Emitted} examples {taken} are forgotten.");
            mark = mark with
            {
                Frontier = frontier with { Forgotten = taken },
                Counts = mark.Counts with { Forgotten = dropped },
            };
            return new JournalSection(new JoinTerms(terms), mark, named, pieces) { ForgottenUpTo = upTo };
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"The state of the joiner cannot be read. {exception.Message}", exception);
        }
    }

    /// <summary>The pieces, with their segments.</summary>
    /// <exception cref="InvalidDataException">The segments are others, or leave a gap.</exception>
    public IReadOnlyList<JournalPiece> PiecesOf(IEnumerable<SourceSegment> segments)
    {
        var byName = segments.ToDictionary(segment => segment.Name, StringComparer.Ordinal);
        var pieces = new List<JournalPiece>();
        var end = Pieces.Count == 0 ? Mark.JournalStart : Math.Min(Mark.JournalStart, Pieces[0].From);
        foreach (var (name, from, to) in Pieces)
        {
            if (!byName.Remove(name, out var segment)) throw Refused($"segment '{name}'", "no such segment");
            if (from != end || to <= from || from < 0) throw Refused($"a segment from {end} on", $"'{name}', {from} to {to}");
            pieces.Add(new JournalPiece(from, to, segment));
            end = to;
        }
        if (end != Mark.JournalEnd) throw Refused($"segments up to {Mark.JournalEnd}", $"up to {end}");
        // Others are of a commit whose answer was lost; the next state leaves them out.
        return pieces;
    }

    private static InvalidDataException Refused(string expected, string found) =>
        new($"The state of the joiner cannot be restored: expected {expected}, found {found}.");
}
