using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.Journal;

internal sealed partial class JoinJournal
{
    /// <summary>Up to which generation of the list of forgotten ids it has no impression of theirs.</summary>
    public long ForgottenUpTo { get; set; }

    /// <summary>
    /// Says that the next state is made of no piece that begins before a place: what does not count any more is in none then.
    /// </summary>
    public void DropPiecesBefore(long place)
    {
        lock (_lock) _pieces.DropBefore(place);
    }

    /// <summary>
    /// Becomes other entries, at one position alone. All bytes of the store are given up first, and the next state saves all of them again:
    /// what commits have goes with their retention.
    /// </summary>
    /// <param name="mark">The position, with the counts that hold from now on.</param>
    /// <param name="entries">The entries, in order.</param>
    /// <exception cref="IOException">A disk refuses; the journal is then empty.</exception>
    public void Become(in JoinMark mark, JoinStore entries)
    {
        Clear();
        lock (_lock) _store.Clear(mark.JournalStart);
        try
        {
            var entry = new byte[1 << 10];
            for (var at = entries.StartOffset; at < entries.EndOffset;)
            {
                entries.Read(at, entry.AsSpan(0, JoinEntryHead.Bytes));
                var head = JoinEntryHead.Read(entry);
                if (head.Length > entry.Length) Array.Resize(ref entry, Math.Max(head.Length, 2 * entry.Length));
                entries.Read(at, entry.AsSpan(0, head.Length));
                Append(head.Time, entry.AsSpan(0, head.Length));
                at += head.Length;
            }
        }
        catch
        {
            Clear();
            throw;
        }
        lock (_lock) _marks.Reset(mark with { JournalEnd = End });
    }
}
