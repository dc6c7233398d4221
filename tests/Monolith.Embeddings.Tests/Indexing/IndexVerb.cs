namespace Monolith.Embeddings.Tests.Indexing;

/// <summary>What a step of an index test does.</summary>
internal enum IndexVerb
{
    Add,
    Remove,
    AddMany,
    RemoveMany,
    Compact,
    TrimExcess,
    Clear,
}
