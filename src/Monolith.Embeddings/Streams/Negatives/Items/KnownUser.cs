namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>A user whose newest items are remembered.</summary>
internal struct KnownUser
{
    /// <summary>The id.</summary>
    public long Id;

    /// <summary>The number of the user's newest event, from 1; 0 where the place is free.</summary>
    public long LastEvent;

    /// <summary>Where the next item goes.</summary>
    public int Next;

    /// <summary>How many items there are.</summary>
    public int Count;
}
