using System.Globalization;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Negatives.Items;

namespace Monolith.Embeddings.Streams.Negatives;

/// <summary>
/// A sampler's state as it is after the newest batch, and as it was behind each of the last ones: they are what is there now without the
/// changes since, which are kept. Thread-safe; one reading at a time.
/// </summary>
internal sealed class SamplerState
{
    private const string SectionName = "items";

    private readonly Lock _gate = new();
    private readonly IReadOnlyList<KeyValuePair<string, string>> _terms;
    private readonly SamplerArrays _arrays;
    private readonly SamplerMachine _machine;
    private readonly SamplerMarks _marks = new();
    private readonly SamplerPieces _pieces = new();
    private long _version;

    /// <param name="options">Valid options, not changed afterwards.</param>
    /// <param name="columns">The dense columns that the item decides.</param>
    public SamplerState(NegativeSamplerOptions options, int[] columns)
    {
        _terms = SamplerTerms.Of(options, columns);
        var users = SamplerTerms.Places(options);
        _arrays = new(users, users == 0 ? 0 : options.Window);
        _machine = new(options, columns, _arrays);
        _marks.Reset(new SamplerMark(StreamPosition.Start, _version, _arrays.Places, _arrays.Frontier));
    }

    /// <summary>What was done, and how much it takes.</summary>
    public (SamplerFrontier Frontier, long Bytes) Status
    {
        get
        {
            lock (_gate) return (_arrays.Frontier, _arrays.Bytes + _machine.Bytes);
        }
    }

    /// <summary>Makes a batch with negatives, and carries the state behind it.</summary>
    public SamplerCounts Process(ExampleBatch from, ExampleBatch to)
    {
        lock (_gate)
        {
            _arrays.Begin(++_version);
            _machine.Process(from, to);
            _marks.Add(new SamplerMark(from.Position, _version, _arrays.Places, _arrays.Frontier));
            _arrays.Forget(_marks.Oldest.Places);
            return _arrays.Frontier.Counts;
        }
    }

    /// <summary>Goes to a position, from where the batches come again.</summary>
    /// <exception cref="ArgumentException">It is none of the newest positions.</exception>
    public void GoTo(StreamPosition position)
    {
        lock (_gate)
        {
            if (position.IsStart)
            {
                Clear();
                return;
            }
            var mark = Find(position) ?? throw new ArgumentException(
                $"The negative sampler keeps its state after the last {ExampleSource.KeptStates} batches, and {position} is none of their "
                + "positions. Go on from one of them, or restore a commit.", nameof(position));
            _arrays.Rewind(in mark);
            _marks.Rewind(position);
            _pieces.Rewind(mark.Version);
            _machine.Rebuild();
        }
    }

    /// <summary>Removes what it knows of forgotten ids, and passes examples by that have one.</summary>
    /// <param name="suppressed">The examples, and their ids.</param>
    /// <param name="at">Where the reading goes on; null for the newest batch.</param>
    /// <returns>How many entries were removed.</returns>
    public long Forget(SuppressedExamples suppressed, StreamPosition? at)
    {
        lock (_gate)
        {
            _machine.Suppressed = suppressed;
            var isThere = at is { } position && Find(position) is not null;
            if (isThere) GoTo(at!.Value);
            if (suppressed.List.Generation <= _arrays.Frontier.ForgottenUpTo) return 0;
            _arrays.Begin(++_version);
            var removed = _machine.Forget(_arrays.Frontier.ForgottenUpTo);
            _arrays.Frontier.ForgottenUpTo = suppressed.List.Generation;
            _pieces.WriteAllFrom(_version);
            var mark = MarkAt(_marks.Newest.Position);
            // Where it can be, no earlier state is gone back to any more.
            if (isThere) _marks.Reset(mark);
            else _marks.ReplaceNewest(mark);
            return removed;
        }
    }

    /// <summary>The state after the batch of a position.</summary>
    /// <exception cref="InvalidOperationException">It is none of the newest positions.</exception>
    public SourceState Capture(StreamPosition position)
    {
        lock (_gate)
        {
            var mark = Find(position) ?? throw new InvalidOperationException(
                $"The negative sampler keeps its state after the last {ExampleSource.KeptStates} batches, and {position} is none of their "
                + "positions.");
            _arrays.ExchangeBack(mark.Places);
            try
            {
                return Save(in mark);
            }
            finally
            {
                _arrays.ExchangeForward(mark.Places);
            }
        }
    }

    /// <summary>Takes a state instead of its own. Without one, or where it fails, nothing was seen yet.</summary>
    /// <exception cref="InvalidDataException">It is not a state of such a sampler.</exception>
    public async ValueTask RestoreAsync(StreamPosition position, SourceState state, CancellationToken cancellationToken)
    {
        lock (_gate) Clear();
        if (state.IsEmpty)
        {
            // A commit from before there was a sampler.
            lock (_gate) _marks.Reset(MarkAt(position));
            return;
        }
        if (!state.Sections.TryGetValue(SectionName, out var bytes))
            throw new InvalidDataException($"The state of the negative sampler has no section '{SectionName}'.");
        var section = SamplerSection.Load(bytes);
        SamplerTerms.RequireSame(section.Terms, _terms);
        var pieces = await ReadAsync(section, state, cancellationToken).ConfigureAwait(false);
        lock (_gate) Take(position, section, pieces, state);
    }

    private SourceState Save(in SamplerMark mark)
    {
        var frontier = mark.Frontier;
        var pieces = _pieces.Cover(mark.Version, since => PieceFormat.Write(_arrays, in frontier, since));
        var request = new long[frontier.RequestItems];
        for (var i = 0; i < request.Length; i++) request[i] = _arrays.RequestItems[i];
        var state = new SourceState();
        foreach (var piece in pieces) state.Keep(piece.Segment);
        var named = pieces.Select(piece => (piece.Segment.Name, piece.Length)).ToList();
        state.Add(SectionName, new SamplerSection(_terms, frontier, request, _pieces.Named, named).Save());
        return state;
    }

    private static async ValueTask<List<(SourceSegment Segment, byte[] Bytes)>> ReadAsync(
        SamplerSection section, SourceState state, CancellationToken cancellationToken)
    {
        var byName = state.Segments.ToDictionary(segment => segment.Name, StringComparer.Ordinal);
        var pieces = new List<(SourceSegment, byte[])>();
        foreach (var (name, length) in section.Pieces)
        {
            if (!byName.TryGetValue(name, out var segment))
                throw new InvalidDataException($"The state of the negative sampler lacks the segment '{name}'.");
            using var bytes = new MemoryStream((int)Math.Clamp(length, 0, 1 << 20));
            var stream = await segment.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false)) await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            pieces.Add((segment, bytes.ToArray()));
        }
        return pieces;
    }

    private void Take(
        StreamPosition position, SamplerSection section, List<(SourceSegment Segment, byte[] Bytes)> pieces, SourceState state)
    {
        try
        {
            foreach (var (_, bytes) in pieces) PieceFormat.Read(bytes, _arrays);
            _arrays.Frontier = section.Frontier;
            for (var i = 0; i < section.Request.Count; i++) _arrays.RequestItems.Restore(i, section.Request[i]);
            SamplerCheck.Require(_arrays);
        }
        catch (FormatException exception)
        {
            Clear();
            throw new InvalidDataException($"The state of the negative sampler cannot be read. {exception.Message}", exception);
        }
        _machine.Rebuild();
        _pieces.Restore(pieces.Select(piece => new SamplerPiece(piece.Segment, _version, piece.Bytes.Length)),
            // Segments of a commit whose answer was lost keep their names too.
            Math.Max(section.Named, state.Segments.Max(segment => NumberOf(segment.Name))));
        _marks.Reset(MarkAt(position));
    }

    private static long NumberOf(string name) =>
        long.TryParse(name.AsSpan(name.LastIndexOf('.') + 1), CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

    private SamplerMark? Find(StreamPosition position) => _marks.TryFind(position, out var mark)
        ? mark
        : null;

    private SamplerMark MarkAt(StreamPosition position) => new(position, _version, _arrays.Places, _arrays.Frontier);

    private void Clear()
    {
        _arrays.Clear();
        _pieces.Clear();
        _machine.Rebuild();
        _marks.Reset(MarkAt(StreamPosition.Start));
    }
}
