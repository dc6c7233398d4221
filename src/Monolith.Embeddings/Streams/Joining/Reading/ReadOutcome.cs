namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>What came of an attempt to read more.</summary>
internal enum ReadOutcome
{
    /// <summary>There may be more to process.</summary>
    Read,

    /// <summary>The delay of the batch is over.</summary>
    DelayOver,

    /// <summary>There is nothing more to read.</summary>
    End,
}
