using System.Globalization;
using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.Journal;

/// <summary>
/// Writes the state of a joiner again for examples of another schema: each impression has the form of the new one, and each action the
/// place of its task there. Used once, by one thread.
/// </summary>
/// <param name="section">What the state says of the journal.</param>
/// <param name="convertRow">Gives the bytes of an impression's example in the new form; valid until the next call.</param>
/// <param name="taskOf">Gives the new place of a task; negative where it is dropped, and its actions with it.</param>
internal sealed class JournalConversion(JournalSection section, JournalConversion.RowConversion convertRow, Func<int, int> taskOf)
{
    private long _named = section.Named;
    private long? _start;

    /// <summary>Makes the new bytes of an example of the old ones.</summary>
    public delegate ReadOnlyMemory<byte> RowConversion(ReadOnlyMemory<byte> row);

    /// <summary>How many impressions were converted.</summary>
    public long Impressions { get; private set; }

    /// <summary>Converts the segments and what is said of them.</summary>
    /// <param name="segments">The segments of the old state.</param>
    /// <param name="names">For the name of a joined task, its name now; null where it is dropped.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidDataException">The state is not what it says.</exception>
    public async Task<(JournalSection Section, IReadOnlyList<SourceSegment> Segments)> RunAsync(
        IEnumerable<SourceSegment> segments, Func<string, string?> names, CancellationToken cancellationToken)
    {
        var converted = new List<SourceSegment>();
        var pieces = new List<(string Name, long From, long To)>();
        var old = section.PiecesOf(segments);
        var place = old.Count > 0 ? old[0].From : section.Mark.JournalEnd;
        foreach (var piece in old)
        {
            var bytes = await ConvertAsync(piece, place, cancellationToken).ConfigureAwait(false);
            // All of its actions may be of a task that is gone.
            if (bytes.Length == 0) continue;
            var (from, to) = (place, place + bytes.Length);
            var name = string.Create(CultureInfo.InvariantCulture, $"{from}-{to}.{++_named}");
            converted.Add(new SourceSegment(name, (stream, token) => stream.WriteAsync(bytes, token).AsTask()));
            pieces.Add((name, from, to));
            place = to;
        }
        var mark = section.Mark with { JournalStart = _start ?? place, JournalEnd = place };
        return (section with { Terms = TermsFor(names), Mark = mark, Named = _named, Pieces = pieces }, converted);
    }

    private JoinTerms TermsFor(Func<string, string?> names) => new(
    [
        .. section.Terms.Values.Select(
            term => term.Key == JoinTerms.Tasks ? KeyValuePair.Create(term.Key, Renamed(term.Value, names)) : term),
    ]);

    private static string Renamed(string tasks, Func<string, string?> names) =>
        string.Join(JoinTerms.Separator, tasks.Split(JoinTerms.Separator).Select(names).OfType<string>());

    private async Task<byte[]> ConvertAsync(JournalPiece piece, long place, CancellationToken cancellationToken)
    {
        var stream = await piece.Segment.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read, cancellationToken).ConfigureAwait(false);
        using var written = new MemoryStream();
        var bytes = read.GetBuffer().AsMemory(0, (int)read.Length);
        for (var at = piece.From; at < piece.To;)
        {
            if (at >= section.Mark.JournalStart) _start ??= place + written.Length;
            var entry = EntryAt(bytes, at, piece);
            Convert(entry, JoinEntryHead.Read(entry.Span), written);
            at += entry.Length;
        }
        return written.ToArray();
    }

    private static ReadOnlyMemory<byte> EntryAt(ReadOnlyMemory<byte> bytes, long at, JournalPiece piece)
    {
        var rest = bytes[(int)Math.Min(bytes.Length, at - piece.From)..];
        var head = rest.Length < JoinEntryHead.Bytes ? default : JoinEntryHead.Read(rest.Span);
        if (head.IsSound && head.Length <= rest.Length) return rest[..head.Length];
        throw new InvalidDataException($"Segment '{piece.Segment.Name}' of a joiner's state: no whole entry at {at}.");
    }

    private void Convert(ReadOnlyMemory<byte> entry, JoinEntryHead head, MemoryStream written)
    {
        if (head.Kind == JoinEntryKind.Impression)
        {
            Impressions++;
            var row = convertRow(entry[head.PayloadAt..]);
            Write(entry.Span, head with { Length = head.PayloadAt + row.Length }, row.Span, written);
            return;
        }
        var action = JoinedAction.Read(entry.Span[head.PayloadAt..]);
        var task = taskOf(action.Task);
        if (task < 0) return;
        Span<byte> payload = stackalloc byte[JoinedAction.Bytes];
        (action with { Task = task }).Write(payload);
        Write(entry.Span, head, payload, written);
    }

    private static void Write(ReadOnlySpan<byte> entry, JoinEntryHead head, ReadOnlySpan<byte> payload, MemoryStream written)
    {
        Span<byte> begin = stackalloc byte[JoinEntryHead.Bytes];
        head.Write(begin);
        written.Write(begin);
        written.Write(entry[JoinEntryHead.Bytes..head.PayloadAt]);
        written.Write(payload);
    }
}
