using System.Buffers;
using System.Globalization;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Streams.Joining.Journal;

/// <summary>
/// The pieces of a journal that the newest state has, in order, and that may be saved in the chain. The journal's lock covers it; pieces
/// are written without.
/// </summary>
/// <param name="store">Holds the bytes.</param>
internal sealed class JournalPieces(JoinStore store)
{
    /// <summary>A finished bucket of more pieces is written again as one.</summary>
    public const int MostInBucket = 4;

    private const int CopyBytes = 64 << 10;

    // How many bytes of the journal are kept only for a state that is being saved.
    private const long LeastHeldBytes = 64 << 20;

    private List<JournalPiece> _pieces = [];

    /// <summary>How many pieces were ever given a name.</summary>
    public long Named { get; private set; }

    /// <summary>Takes the pieces of a state that was restored.</summary>
    public void Restore(IEnumerable<JournalPiece> pieces, long named) => (_pieces, Named) = ([.. pieces], named);

    /// <summary>Pieces that cover a part of the journal: earlier ones, where they are saved, and new ones.</summary>
    /// <param name="from">The first place; pieces may begin before.</param>
    /// <param name="to">Behind the last.</param>
    /// <param name="buckets">Where the buckets begin.</param>
    public IReadOnlyList<JournalPiece> Cover(long from, long to, IReadOnlyList<JournalBucket> buckets)
    {
        // What a state has left out the chain may have dropped: it is never used again.
        var saved = _pieces.Where(piece => piece.Segment.IsSaved && !piece.IsLost && piece.To > from && piece.To <= to);
        var pieces = new List<JournalPiece>();
        var covered = from;
        foreach (var piece in saved)
        {
            AddNew(pieces, covered, piece.From, buckets);
            pieces.Add(piece);
            covered = piece.To;
        }
        AddNew(pieces, covered, to, buckets);
        Merge(pieces, from, to, buckets);
        return _pieces = pieces;
    }

    /// <summary>Says that the bytes from a place on become others.</summary>
    public void Truncate(long end)
    {
        foreach (var piece in _pieces.Where(piece => piece.To > end)) piece.Lose();
        _pieces.RemoveAll(piece => piece.IsLost);
    }

    /// <summary>Forgets the pieces that begin before a place, whose bytes the store may not have any more.</summary>
    public void DropBefore(long place) => _pieces.RemoveAll(piece => piece.From < place);

    /// <summary>
    /// Before which place the journal may drop its bytes: those of a state that is not saved yet stay, unless it takes so long that they
    /// would be more than all that is needed.
    /// </summary>
    /// <param name="needed">The first place that is needed otherwise.</param>
    public long TrimLimit(long needed)
    {
        foreach (var piece in _pieces)
        {
            if (piece.From >= needed) break;
            if (piece.Segment.IsSaved) continue;
            return needed - piece.From <= Math.Max(LeastHeldBytes, store.EndOffset - needed) ? piece.From : needed;
        }
        return needed;
    }

    private void AddNew(List<JournalPiece> pieces, long from, long to, IReadOnlyList<JournalBucket> buckets)
    {
        foreach (var bucket in buckets)
        {
            if (bucket.From <= from) continue;
            if (bucket.From >= to) break;
            pieces.Add(Create(from, bucket.From));
            from = bucket.From;
        }
        if (from < to) pieces.Add(Create(from, to));
    }

    private void Merge(List<JournalPiece> pieces, long from, long to, IReadOnlyList<JournalBucket> buckets)
    {
        for (var i = 0; i + 1 < buckets.Count && buckets[i + 1].From <= to; i++)
        {
            var (begin, end) = (buckets[i].From, buckets[i + 1].From);
            var first = pieces.FindIndex(piece => piece.From == begin);
            var last = pieces.FindIndex(piece => piece.To == end);
            if (begin < from || first < 0 || last - first < MostInBucket) continue;
            pieces.RemoveRange(first, last - first + 1);
            pieces.Insert(first, Create(begin, end));
        }
    }

    private JournalPiece Create(long from, long to)
    {
        JournalPiece? piece = null;
        var name = string.Create(CultureInfo.InvariantCulture, $"{from}-{to}.{++Named}");
        return piece = new JournalPiece(from, to, new SourceSegment(name, (stream, token) => WriteAsync(piece!, stream, token)));
    }

    private async Task WriteAsync(JournalPiece piece, Stream stream, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            for (var at = piece.From; at < piece.To;)
            {
                var count = Read(piece, at, buffer.AsSpan(0, (int)Math.Min(CopyBytes, piece.To - at)));
                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                at += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A commit that fails is made again; any other exception would end the training.
    private int Read(JournalPiece piece, long at, Span<byte> bytes)
    {
        try
        {
            var count = store.Read(at, bytes);
            // After the reading: the bytes were the piece's own if they are now.
            if (!piece.IsLost && count == bytes.Length) return count;
            throw Lost(piece, "others, since the joiner was set back.", null);
        }
        catch (Exception cause) when (cause is IOException or ArgumentOutOfRangeException or ObjectDisposedException)
        {
            throw Lost(piece, $"none: {cause.Message}", cause);
        }
    }

    private static SnapshotException Lost(JournalPiece piece, string found, Exception? cause) => new(
        SnapshotFault.Storage, piece.Segment.Name, $"bytes {piece.From} to {piece.To} of the journal of open impressions", found, cause);
}
