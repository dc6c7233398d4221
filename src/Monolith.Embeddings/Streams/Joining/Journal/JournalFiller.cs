using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.Journal;

/// <summary>Appends the entries of segments to a journal. The bytes are those that were written, but they are not believed.</summary>
/// <param name="journal">The journal.</param>
internal sealed class JournalFiller(JoinJournal journal)
{
    private byte[] _buffer = new byte[64 << 10];
    private long _time = long.MinValue;

    /// <summary>Appends the entries of a segment.</summary>
    /// <exception cref="InvalidDataException">They are not what the section says.</exception>
    public async Task FillAsync(Stream stream, JournalPiece piece, CancellationToken cancellationToken)
    {
        var count = 0;
        while (true)
        {
            var read = await stream.ReadAsync(_buffer.AsMemory(count), cancellationToken).ConfigureAwait(false);
            if (read == 0) break;
            count += read;
            var taken = Take(_buffer.AsSpan(0, count), piece);
            _buffer.AsSpan(taken, count - taken).CopyTo(_buffer);
            count -= taken;
            if (count == _buffer.Length) Array.Resize(ref _buffer, count * 2);
        }
        if (count == 0 && journal.End == piece.To) return;
        throw Refused(piece, $"{piece.To - piece.From} bytes of whole entries", $"{journal.End - piece.From} and {count} of a part of one");
    }

    private int Take(ReadOnlySpan<byte> bytes, JournalPiece piece)
    {
        var taken = 0;
        while (bytes.Length - taken >= JoinEntryHead.Bytes)
        {
            var head = JoinEntryHead.Read(bytes[taken..]);
            if (!head.IsSound || head.Time < _time || head.Length > piece.To - journal.End)
                throw Refused(piece, "entries in order of time", $"{head.Length} bytes of {head.Time} at {journal.End}, after {_time}");
            if (bytes.Length - taken < head.Length) break;
            journal.Append(head.Time, bytes.Slice(taken, head.Length));
            _time = head.Time;
            taken += head.Length;
        }
        return taken;
    }

    private static InvalidDataException Refused(JournalPiece piece, string expected, string found) =>
        new($"Segment '{piece.Segment.Name}' of a joiner's state: expected {expected}, found {found}.");
}
