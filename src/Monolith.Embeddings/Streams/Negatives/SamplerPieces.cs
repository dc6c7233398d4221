namespace Monolith.Embeddings.Streams.Negatives;

/// <summary>The pieces that the newest saved state is made of: one that holds all, and what changed since. Not thread-safe.</summary>
internal sealed class SamplerPieces
{
    /// <summary>So many pieces are written again as one.</summary>
    private const int Most = 16;

    private List<SamplerPiece> _pieces = [];
    private long _wholeFrom;

    /// <summary>How many pieces were ever given a name.</summary>
    public long Named { get; private set; }

    /// <summary>Forgets all of them.</summary>
    public void Clear() => _pieces = [];

    /// <summary>Takes those of a state that was restored.</summary>
    /// <param name="pieces">They, in order.</param>
    /// <param name="named">How many were ever given a name.</param>
    public void Restore(IEnumerable<SamplerPiece> pieces, long named) => (_pieces, Named) = ([.. pieces], named);

    /// <summary>
    /// Says that a state of a batch, or of a later one, is made of no piece from before it: those hold what was forgotten.
    /// </summary>
    public void WriteAllFrom(long version) => _wholeFrom = version;

    /// <summary>Forgets those of batches behind one: what they say did not happen.</summary>
    public void Rewind(long version) => _pieces.RemoveAll(piece => piece.Version > version);

    /// <summary>The pieces that a state is made of: the earlier ones, as long as they are few and small, and a new one.</summary>
    /// <param name="version">The batch that the state is of.</param>
    /// <param name="write">Writes what changed since a batch; -1 for all.</param>
    public IReadOnlyList<SamplerPiece> Cover(long version, Func<long, byte[]> write)
    {
        Rewind(version);
        foreach (var piece in _pieces) piece.Release();
        // Each byte is written about twice: what changed is written again once it is as much as all there is.
        var isWhole = _pieces.Count is 0 or Most || (_pieces[0].Version < _wholeFrom && version >= _wholeFrom)
            || _pieces.Skip(1).Sum(piece => piece.Length) > _pieces[0].Length;
        if (!isWhole && _pieces[^1].Version == version) return [.. _pieces];
        var since = isWhole ? -1 : _pieces[^1].Version;
        if (isWhole) _pieces.Clear();
        _pieces.Add(new SamplerPiece($"{(isWhole ? "all" : "changes")}.{++Named}", version, write(since)));
        return [.. _pieces];
    }
}
