using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Streams.Joining.Journal;

namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>Goes along a journal, entry by entry, to its end, which moves on. Used by one thread.</summary>
/// <param name="journal">The journal.</param>
/// <param name="kind">The entries that it stops at; null for all.</param>
internal sealed class JournalCursor(JoinJournal journal, JoinEntryKind? kind)
{
    private const int BlockBytes = 32 << 10;

    private readonly JournalReader _reader = new(journal, BlockBytes);
    private JoinEntryHead _head;
    private bool _isAtEntry;

    /// <summary>Where it stands: all entries of its kind before it were passed.</summary>
    public long Offset { get; private set; }

    /// <summary>The key of the entry that it stands at.</summary>
    public ReadOnlySpan<byte> Key => _reader.Bytes(Offset, _head.PayloadAt)[JoinEntryHead.Bytes..];

    /// <summary>All of the entry that it stands at.</summary>
    public ReadOnlySpan<byte> Entry => _reader.Bytes(Offset, _head.Length);

    /// <summary>Goes to an entry of its kind, unless it stands at one.</summary>
    /// <returns>False where there is none yet.</returns>
    public bool TryPeek(out JoinEntryHead head)
    {
        while (!_isAtEntry && Offset < journal.End)
        {
            _head = _reader.Head(Offset);
            _isAtEntry = kind is null || _head.Kind == kind;
            if (!_isAtEntry) Offset += _head.Length;
        }
        head = _head;
        return _isAtEntry;
    }

    /// <summary>Passes the entry that it stands at.</summary>
    public void Advance()
    {
        Offset += _head.Length;
        _isAtEntry = false;
    }

    /// <summary>Goes elsewhere, in a journal that may have changed.</summary>
    public void Reset(long offset)
    {
        (Offset, _isAtEntry) = (offset, false);
        _reader.Forget();
    }
}
