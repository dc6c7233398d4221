using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Streams.Joining.Journal;

namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>Reads a journal through a buffer. Used by one thread.</summary>
/// <param name="journal">The journal.</param>
/// <param name="blockBytes">How much is read at a time: much for what goes forward, little for look-ups.</param>
internal sealed class JournalReader(JoinJournal journal, int blockBytes)
{
    private byte[] _block = new byte[blockBytes];
    private long _start;
    private int _length;

    /// <summary>The head of the entry at a place.</summary>
    public JoinEntryHead Head(long offset) => JoinEntryHead.Read(Bytes(offset, JoinEntryHead.Bytes));

    /// <summary>An entry. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Entry(long offset) => Bytes(offset, Head(offset).Length);

    /// <summary>Bytes of the journal. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        if (offset < _start || offset + count > _start + _length) Fill(offset, count);
        return _block.AsSpan((int)(offset - _start), count);
    }

    /// <summary>Forgets what it read: the journal has other bytes there.</summary>
    public void Forget() => _length = 0;

    private void Fill(long offset, int count)
    {
        _length = 0;
        if (count > _block.Length) _block = new byte[Math.Max(count, 2 * _block.Length)];
        var length = journal.Read(offset, _block);
        if (length < count)
            throw new InvalidDataException($"The journal of a joiner has {length} bytes at {offset}, where an entry needs {count}.");
        (_start, _length) = (offset, length);
    }
}
