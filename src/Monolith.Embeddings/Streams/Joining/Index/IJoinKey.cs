namespace Monolith.Embeddings.Streams.Joining.Index;

/// <summary>A key that is looked for: says whether what lies at a place of the journal has it. Two keys may have one hash.</summary>
internal interface IJoinKey
{
    /// <summary>Whether the record at a place is of this key.</summary>
    bool IsAt(long offset);
}
