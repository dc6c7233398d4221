namespace Monolith.Embeddings.Tests.Tables.Model;

/// <summary>What a step of a model test does; the rare ones stand last.</summary>
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

    /// <summary>The wall clock goes on.</summary>
    Wait,
    Evict,
    Clear,
}
