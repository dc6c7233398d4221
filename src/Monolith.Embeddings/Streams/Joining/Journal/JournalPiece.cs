namespace Monolith.Embeddings.Streams.Joining.Journal;

/// <summary>A piece of a journal that is a segment of the chain, or is to be one.</summary>
/// <param name="from">Its first place.</param>
/// <param name="to">Behind its last.</param>
/// <param name="segment">The segment.</param>
internal sealed class JournalPiece(long from, long to, SourceSegment segment)
{
    private volatile bool _isLost;

    public long From { get; } = from;

    public long To { get; } = to;

    public SourceSegment Segment { get; } = segment;

    /// <summary>Whether the journal has other bytes at its places by now, so that it must not be written.</summary>
    public bool IsLost => _isLost;

    /// <summary>Says that it must not be written.</summary>
    public void Lose() => _isLost = true;
}
