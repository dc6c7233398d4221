using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.Journal;

internal sealed partial class JoinJournal
{
    /// <summary>The name of the section that says what the state is made of.</summary>
    public const string Section = "joiner";

    /// <summary>Adds to a state what the journal was at a position.</summary>
    /// <param name="at">The position of one of the last batches.</param>
    /// <param name="state">Receives the segments and the section.</param>
    /// <exception cref="InvalidOperationException">There is no mark of it.</exception>
    public void Capture(StreamPosition at, SourceState state)
    {
        lock (_lock)
        {
            var mark = _marks.Of(at);
            var pieces = _pieces.Cover(mark.JournalStart, mark.JournalEnd, _buckets.All);
            state.Add(Section, SectionOf(mark, pieces).Save());
            foreach (var piece in pieces) state.Keep(piece.Segment);
        }
    }

    /// <summary>Becomes what a state tells.</summary>
    /// <param name="at">The position that the state was captured at.</param>
    /// <param name="state">The state.</param>
    /// <param name="cancellationToken">Cancels the reading; the journal is then empty.</param>
    /// <returns>The mark of the position.</returns>
    /// <exception cref="InvalidDataException">
    /// It is no state of a joiner, or of one with other options, and then nothing changed; or a segment is not what it says.
    /// </exception>
    /// <exception cref="Snapshots.SnapshotException">The file of a segment is missing or damaged; the journal is then empty.</exception>
    /// <exception cref="IOException">The store's disk refuses; the journal is then empty.</exception>
    public async Task<JoinMark> RestoreAsync(StreamPosition at, SourceState state, CancellationToken cancellationToken)
    {
        if (!state.Sections.TryGetValue(Section, out var bytes))
            throw new InvalidDataException(
                $"The state has no section '{Section}': it is not a joiner's, or that of one whose examples were logged. Train with the "
                + $"earlier stages, such as {nameof(ExampleLogging.LoggedTo)}.");
        var section = JournalSection.Load(bytes, at);
        _terms.RequireSame(section.Terms);
        var pieces = section.PiecesOf(state.Segments);
        Clear();
        try
        {
            await FillAsync(pieces, section.Mark, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Clear();
            throw;
        }
        lock (_lock)
        {
            _pieces.Restore(pieces, section.Named);
            _marks.Reset(section.Mark);
            ForgottenUpTo = section.ForgottenUpTo;
        }
        return section.Mark;
    }

    private JournalSection SectionOf(in JoinMark mark, IReadOnlyList<JournalPiece> pieces) =>
        new(_terms, mark, _pieces.Named, JournalSection.NamesOf(pieces)) { ForgottenUpTo = ForgottenUpTo };

    private async Task FillAsync(IReadOnlyList<JournalPiece> pieces, JoinMark mark, CancellationToken cancellationToken)
    {
        _store.Clear(pieces.Count == 0 ? mark.JournalEnd : pieces[0].From);
        var filler = new JournalFiller(this);
        foreach (var piece in pieces)
        {
            var stream = await piece.Segment.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = stream.ConfigureAwait(false);
            await filler.FillAsync(stream, piece, cancellationToken).ConfigureAwait(false);
        }
    }
}
