namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// How far a pass over the rows of a stripe has come: the rows from <see cref="Position"/> up are on one side, those below on the other,
/// and none crosses. An enumeration goes from the last row down, an eviction from the first one up. The stripe's lock covers all but
/// <see cref="Abandon"/>.
/// </summary>
internal sealed class RowCursor
{
    private volatile bool _isAbandoned;

    public int Position { get; set; }

    /// <summary>Whether an enumeration has begun and has rows to come, so that a stripe keeps it in step with them.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The cursor at the same or the next higher position of the stripe.</summary>
    public RowCursor? Next { get; set; }

    public bool IsAbandoned => _isAbandoned;

    /// <summary>
    /// Says that the pass ends here. The stripe drops the cursor when it next looks; needs no lock, so that a finalizer may say so.
    /// </summary>
    public void Abandon() => _isAbandoned = true;
}
