namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>What was done to one id.</summary>
internal enum OperationKind
{
    Assign,
    AssignAdd,

    /// <summary>Answers the value, or that there is none.</summary>
    Lookup,

    /// <summary>Answers whether there was a row.</summary>
    Remove,
}
