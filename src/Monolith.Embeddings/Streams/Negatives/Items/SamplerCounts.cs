namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>What a sampler has done.</summary>
internal record struct SamplerCounts
{
    /// <summary>Positives that got negatives, or would have if there were candidates; also the number of the next draw.</summary>
    public long Positives;

    /// <summary>Negatives.</summary>
    public long Negatives;

    /// <summary>Negatives that were asked for, and for which there was no candidate.</summary>
    public long Missing;

    /// <summary>Draws that were drawn again.</summary>
    public long Rejections;

    /// <summary>Examples that are no positives.</summary>
    public long Others;

    /// <summary>Of those, examples that are labelled negative.</summary>
    public long Labelled;

    /// <summary>Positives without exactly one item.</summary>
    public long WithoutItem;

    /// <summary>Items that made room.</summary>
    public long Evicted;

    /// <summary>Items that were too old.</summary>
    public long Expired;
}
