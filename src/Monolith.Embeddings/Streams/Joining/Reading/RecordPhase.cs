namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>What a record of a partition is, in the order in which those of one millisecond are processed.</summary>
internal enum RecordPhase : byte
{
    /// <summary>Of no interest.</summary>
    Nothing,

    /// <summary>An impression.</summary>
    Impression,

    /// <summary>An action.</summary>
    Action,

    /// <summary>A time alone.</summary>
    Punctuation,
}
