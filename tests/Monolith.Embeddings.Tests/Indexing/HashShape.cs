namespace Monolith.Embeddings.Tests.Indexing;

/// <summary>How the mixed bits of ids lie: as they should, or as an adversary or a bad hash would have them.</summary>
public enum HashShape
{
    /// <summary>Like random bits.</summary>
    Even,

    /// <summary>One first bucket and one tag, so one bucket pair, at every size of the index.</summary>
    OnePairOneTag,

    /// <summary>One first bucket, and few tags.</summary>
    OneBucketFewTags,

    /// <summary>One bucket pair while the index is small, several when it has grown: what overflowed returns to the buckets.</summary>
    OnePairWhileSmall,
}
