using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.Journal;

/// <summary>
/// The impressions and actions that a joiner processed and that still count, in the order of their processing: appended to a store, marked
/// after each batch, and saved as segments of the chain. One thread appends and marks; captures may come from another meanwhile.
/// </summary>
internal sealed partial class JoinJournal : IDisposable
{
    private readonly JoinStore _store;
    private readonly JoinTerms _terms;
    private readonly JournalBuckets _buckets;
    private readonly JournalMarks _marks = new();
    private readonly JournalPieces _pieces;
    private readonly Lock _lock = new();

    /// <param name="store">Holds the bytes; empty. The journal disposes it.</param>
    /// <param name="life">How long an entry counts, from its processing.</param>
    /// <param name="terms">What a state must agree with to be restored.</param>
    public JoinJournal(JoinStore store, TimeSpan life, JoinTerms terms)
    {
        (_store, _terms) = (store, terms);
        (_buckets, _pieces) = (JournalBuckets.Of(life), new JournalPieces(store));
        _marks.Reset(Empty);
    }

    /// <summary>The first place that can be read.</summary>
    public long Start => _store.StartOffset;

    /// <summary>Behind the last entry.</summary>
    public long End => _store.EndOffset;

    private static JoinMark Empty => new(StreamPosition.Start, JoinFrontier.Start, 0, 0, default, JoinDecisions.None);

    /// <summary>Appends an entry, whose time is not before that of the one before.</summary>
    /// <returns>Where it is.</returns>
    /// <exception cref="IOException">The store's disk refuses; nothing was appended.</exception>
    public long Append(long time, ReadOnlySpan<byte> entry)
    {
        var at = _store.Append(entry);
        if (!_buckets.Begins(time)) return at;
        lock (_lock) _buckets.Begin(time, at);
        return at;
    }

    /// <summary>Reads from a place on, as <see cref="JoinStore.Read"/>.</summary>
    public int Read(long at, Span<byte> bytes) => _store.Read(at, bytes);

    /// <summary>Marks the end of a batch, and drops what no mark needs any more.</summary>
    public void Mark(in JoinMark mark)
    {
        lock (_lock)
        {
            _marks.Add(mark);
            var before = _pieces.TrimLimit(_marks.Oldest.JournalStart);
            if (before <= _store.StartOffset) return;
            _store.Trim(before);
            _buckets.Trim(before);
        }
    }

    /// <summary>Keeps the marks from a position on, beyond those of the newest batches.</summary>
    public void KeepFrom(StreamPosition at)
    {
        lock (_lock) _marks.KeptFrom = at;
    }

    /// <summary>Whether the journal can go on from a position by itself: it is that of a mark.</summary>
    /// <param name="at">The position of a batch, or the start.</param>
    /// <returns>The mark. What was appended behind it is gone.</returns>
    /// <exception cref="InvalidOperationException">There is no mark of it.</exception>
    public JoinMark Rewind(StreamPosition at)
    {
        lock (_lock)
        {
            var mark = _marks.Of(at);
            _marks.Rewind(mark);
            _pieces.Truncate(mark.JournalEnd);
            _store.Truncate(mark.JournalEnd);
            _buckets.Truncate(mark.JournalEnd);
            return mark;
        }
    }

    /// <summary>Forgets everything, as before the first record.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _pieces.Truncate(long.MinValue);
            _store.Clear(0);
            _buckets.Clear();
            _marks.Reset(Empty);
        }
    }

    public void Dispose() => _store.Dispose();
}
