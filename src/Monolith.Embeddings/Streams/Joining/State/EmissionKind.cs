namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>Why an example goes out; of one key at one time in this order.</summary>
internal enum EmissionKind : byte
{
    /// <summary>An impression was processed, and its negative does not wait.</summary>
    Negative,

    /// <summary>The window closed.</summary>
    Close,

    /// <summary>An action was processed, and its positive does not wait.</summary>
    Positive,

    /// <summary>An action came after the close.</summary>
    Late,
}
