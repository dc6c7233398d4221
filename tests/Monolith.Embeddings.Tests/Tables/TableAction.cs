namespace Monolith.Embeddings.Tests.Tables;

internal enum TableVerb
{
    Lookup,
    LookupOrAdmit,
    ApplyGradients,
    ApplyOrDrop,
    Assign,
    AssignAdd,
    Contains,
    Remove,
    Evict,
    Clear,
}

/// <summary>One call of a table. What it carries follows from the seed, so that a failing list of calls can be shortened.</summary>
internal sealed record TableAction(TableVerb Verb, int Seed, int Size);
